// Finds the code in TypeScript that `deno fmt` has formatted, without a parser: comments and the
// contents of texts are taken out, so that no sign in a URL, a template or a regular expression
// counts.

const blank = /(?:\s|\/\/.*|\/\*[^]*?\*\/)+/uy;
const string = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/uy;
const pattern = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;
const word = /[\p{ID_Continue}$]+/uy;
const sign = /[^]/uy;
/** The text of a template, up to its end or to an expression in it. */
const templateText = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{|$)/uy;

/** A slash after one of these divides; after anything else it begins a regular expression. */
const operand = /[\p{ID_Continue}$)\]}]$/u;
const keyword = /^(?:return|typeof|case|in|of|await|yield|void)$/;

/**
 * A file's text, line by line, without comments and with an "x" for each letter of a text in it.
 */
export function codeOf(source: string): string {
  let code = "";
  let at = 0;
  let last = "";
  // For each template whose expression is being read, how many braces are open in that expression.
  const open: number[] = [];
  const take = (kind: RegExp): string => {
    kind.lastIndex = at;
    const [found = ""] = kind.exec(source) ?? [];
    at += found.length;
    return found;
  };
  while (at < source.length) {
    code += take(blank).replaceAll(/[^\n]+/g, " ");
    const isOperand = operand.test(last) && !keyword.test(last);
    const text = take(string) || (isOperand ? "" : take(pattern));
    if (text !== "") {
      code += crossOut(text);
      last = "x";
      continue;
    }
    last = take(word) || take(sign);
    const braces = open.pop();
    const ends = braces === 0 && last === "}";
    if (braces !== undefined && !ends) {
      open.push(braces + Number(last === "{") - Number(last === "}"));
    }
    if (last !== "`" && !ends) {
      code += last;
      continue;
    }
    const part = take(templateText);
    code += crossOut(last + part);
    last = part.endsWith("${") ? "" : "x";
    if (last === "") open.push(0);
  }
  return code;
}

function crossOut(text: string): string {
  return text.replaceAll(/\S/gu, "x");
}

/** How many lines of a file's code are not blank. */
export function countLines(code: string): number {
  return code.split("\n").filter((line) => line.trim() !== "").length;
}

/** An exported function of a file. */
export interface ExportedFunction {
  /** What it is called. */
  readonly name: string;
  /** How many lines of code it has, from its `export` to its closing brace. */
  readonly code: number;
}

const exported =
  /^export (?:default )?(?:async )?(?:function\*? (\w+)|const (\w+)\b.* = (?:async )?(?:[(<]|\w+ =>))/;

/** The exported functions in a file's code; one with overloads has an entry for each. */
export function functionsIn(code: string): ExportedFunction[] {
  const lines = code.split("\n");
  return lines.flatMap((line, start) => {
    const found = exported.exec(line);
    if (found === null) return [];
    let depth = 0;
    const length = lines.slice(start).findIndex((each, index) => {
      depth += balance(each);
      return depth === 0 && (index === 0 ? /[;}]\s*$/ : /(^\}|;)\s*$/).test(each);
    });
    const end = length < 0 ? lines.length : start + length + 1;
    const name = found[1] ?? found[2] ?? "";
    return [{ name, code: countLines(lines.slice(start, end).join("\n")) }];
  });
}

/** How many brackets a line of code opens and does not close. */
function balance(line: string): number {
  return (line.match(/[([{]/g)?.length ?? 0) - (line.match(/[)\]}]/g)?.length ?? 0);
}
