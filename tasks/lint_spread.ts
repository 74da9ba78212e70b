// A rule of `deno lint`: in lib, tasks and bench no data is spread into arguments, since a call with
// some 100,000 of them overflows the stack.

/** The plugin that `lint` in deno.json names. */
const plugin: Deno.lint.Plugin = {
  name: "minimodel",
  rules: {
    "no-spread-arguments": {
      create(context) {
        const refuse = (node: Deno.lint.CallExpression | Deno.lint.NewExpression): void => {
          for (const argument of node.arguments) {
            if (argument.type !== "SpreadElement") continue;
            context.report({
              node: argument,
              message: "Arguments that are spread overflow the stack where there are many",
              hint: "Use a loop or concat; if there are always few, ignore this rule and say why",
            });
          }
        };
        return /\/(lib|tasks|bench)\//.test(context.filename.replaceAll("\\", "/"))
          ? { CallExpression: refuse, NewExpression: refuse }
          : {};
      },
    },
  },
};

export default plugin;
