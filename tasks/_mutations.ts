// Single changes that can be made to a TypeScript source, each of which a test should notice. What has no
// effect when the code runs is left alone: comments, types, imports, names of properties.

import { parse } from "@babel/parser";
import type { Node } from "@babel/types";

/** One change of a source. */
export interface Mutation {
  /** What is done, in a word or two. */
  readonly kind: string;
  /** Where in the text the change begins. */
  readonly start: number;
  /** Where the text that is changed ends. */
  readonly end: number;
  /** What stands there instead. */
  readonly became: string;
}

/** The source with the change made. */
export function applyMutation(source: string, { start, end, became }: Mutation): string {
  return source.slice(0, start) + became + source.slice(end);
}

/** Every change that can be made to a source, in the order of the text. */
export function findMutations(source: string): Mutation[] {
  const { program } = parse(source, { sourceType: "module", plugins: ["typescript"] });
  const found: Mutation[] = [];
  visit(program, [], (node, parents) => {
    const change: Change = (kind, at, became) => {
      const [start, end] = placeOf(at);
      if (source.slice(start, end) !== became) found.push({ kind, start, end, became });
    };
    for (const operator of operators) operator({ node, parents, source, change });
  });
  return found.sort((a, b) => a.start - b.start);
}

type Place = Node | readonly [number, number];
type Change = (kind: string, at: Place, became: string) => void;

/** What an operator looks at: a node, what it stands in (the nearest first), and how to change it. */
interface Look {
  readonly node: Node;
  readonly parents: readonly Node[];
  readonly source: string;
  readonly change: Change;
}

function placeOf(at: Place): readonly [number, number] {
  return "type" in at ? [at.start ?? 0, at.end ?? 0] : at;
}

/** Nodes of types that hold an expression, which is code. */
const typedExpressions = /^TS(?:As|Satisfies|NonNull|Instantiation)/;

function visit(
  node: Node,
  parents: readonly Node[],
  see: (node: Node, parents: readonly Node[]) => void,
): void {
  if (node.type.startsWith("TS") && !typedExpressions.test(node.type)) return;
  if (/^(?:Import|ExportAll|Directive)/.test(node.type)) return;
  if (node.type === "ExportNamedDeclaration" && isNode(node.source)) return;
  see(node, parents);
  const inner = [node, ...parents];
  for (const [name, value] of Object.entries(node)) {
    if (name === "key" && "computed" in node && !node.computed) continue;
    if (/^(?:loc|extra|leadingComments|innerComments|trailingComments)$/.test(name)) continue;
    for (const each of [value].flat()) if (isNode(each)) visit(each, inner, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

const comparisons: Readonly<Record<string, string>> = {
  ...{ "<": "<=", "<=": "<", ">": ">=", ">=": ">" },
  ...{ "===": "!==", "!==": "===", "==": "!=", "!=": "==" },
};

const arithmetic: Readonly<Record<string, string>> = {
  ...{ "+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "**": "*" },
  ...{ "<<": ">>", ">>": "<<", ">>>": "<<", "&": "|", "|": "&", "^": "&" },
};

const otherMethod: Readonly<Record<string, string>> = {
  ...{ min: "max", max: "min", floor: "ceil", ceil: "floor", round: "floor", abs: "trunc" },
  ...{ every: "some", some: "every", toReversed: "slice", sort: "slice", trim: "toString" },
};

/** The errors that a caller tells apart, each with one that it would take for another mistake. */
const otherError: Readonly<Record<string, string>> = {
  ...{ TypeError: "RangeError", RangeError: "TypeError", IndexError: "RangeError" },
  ...{ FormatError: "TypeError", CheckError: "TypeError", SyntaxError: "TypeError" },
};

const operators: readonly ((look: Look) => void)[] = [
  binaryOperators,
  logic,
  branches,
  statements,
  calls,
  copies,
  values,
  words,
];

/** The place of an operator between its operands. */
function between(left: Node, right: Node, sign: string, source: string): [number, number] {
  const start = source.indexOf(sign, left.end ?? 0);
  if (start < 0 || start >= (right.start ?? 0)) throw new Error(`Cannot find ${sign} in its place`);
  return [start, start + sign.length];
}

function binaryOperators({ node, parents: [parent], source, change }: Look): void {
  if (node.type === "BinaryExpression") {
    const { left, right, operator } = node;
    const at = between(left, right, operator, source);
    const compared = comparisons[operator];
    // A turn too many writes nowhere where the array is a typed one, and a turn too few is a change.
    const isLoop = parent?.type === "ForStatement" && parent.test === node;
    if (isLoop && operator === "<") change("loop-short", right, `${textOf(right, source)} - 1`);
    else if (compared !== undefined && !(isTest(node, parent) && compared.length > 2)) {
      change("comparison", at, compared);
    }
    const isText = [left, right].some(({ type }) => /^(?:String|Template)Literal$/.test(type));
    const other = arithmetic[operator];
    if (other !== undefined && !isText) change("arithmetic", at, other);
  } else if (node.type === "AssignmentExpression" && node.operator !== "=") {
    const other = arithmetic[node.operator.slice(0, -1)];
    const at = between(node.left, node.right, node.operator, source);
    if (other !== undefined) change("arithmetic", at, `${other}=`);
  } else if (node.type === "UnaryExpression" && /^[-!]$/.test(node.operator)) {
    if (!isTest(node, parent)) change("drop-sign", node, `(${textOf(node.argument, source)})`);
  }
}

/** Whether this is what a branch depends on, which is negated as a whole. */
function isTest(node: Node, parent: Node | undefined): boolean {
  return parent !== undefined && "test" in parent && parent.test === node;
}

function logic({ node, parents, source, change }: Look): void {
  if (node.type === "OptionalMemberExpression" && node.optional && !node.computed) {
    const [start] = between(node.object, node.property, "?.", source);
    change("drop-optional", [start, start + 1], "");
  }
  if (node.type !== "LogicalExpression") return;
  const { left, right, operator } = node;
  if (isForTheCompiler(node, parents)) return;
  change(operator === "??" ? "drop-default" : "drop-clause", node, `(${textOf(left, source)})`);
  if (operator === "??") return;
  change("drop-clause", node, `(${textOf(right, source)})`);
  change("logic", between(left, right, operator, source), operator === "&&" ? "||" : "&&");
}

/** Whether this is a default for an entry of an array, which the compiler asks for where there is one. */
function isForTheCompiler(node: Node, [parent]: readonly Node[]): boolean {
  if (node.type === "AssignmentPattern") return parent?.type === "ArrayPattern";
  return node.type === "LogicalExpression" && node.operator === "??" &&
    node.left.type === "MemberExpression" && node.left.computed;
}

function branches({ node, source, change }: Look): void {
  if (node.type === "ConditionalExpression") {
    const { consequent, alternate } = node;
    change("drop-branch", node, `(${textOf(consequent, source)})`);
    change("drop-branch", node, `(${textOf(alternate, source)})`);
    change("negate", node.test, `!(${textOf(node.test, source)})`);
  } else if (node.type === "IfStatement") {
    const { test, alternate } = node;
    change("negate", test, `!(${textOf(test, source)})`);
    change("remove-if", node, isNode(alternate) ? textOf(alternate, source) : ";");
  } else if (node.type === "WhileStatement" && node.test.type !== "BooleanLiteral") {
    change("negate", node.test, `!(${textOf(node.test, source)})`);
  } else if (node.type === "SwitchCase" && node.test && node.consequent.length > 0) {
    change("drop-case", node, "");
  }
}

function statements({ node, parents: [parent], source, change }: Look): void {
  if (node.type === "ExpressionStatement") change("remove-statement", node, ";");
  if (node.type === "ContinueStatement" || node.type === "BreakStatement") {
    // A case that falls through is not TypeScript here.
    if (parent?.type !== "SwitchCase") change("remove-statement", node, ";");
  }
  if (node.type === "AwaitExpression") change("drop-await", node, textOf(node.argument, source));
  if (node.type === "BlockStatement" && /Function|Method/.test(parent?.type ?? "")) {
    const returnsNothing = !node.body.some((each) => /\breturn\b(?!;)/.test(textOf(each, source)));
    const start = node.body[0]?.start;
    if (returnsNothing && typeof start === "number" && node.body.length > 1) {
      change("return-early", [start, start], "return; ");
    }
  }
}

function calls({ node, parents, source, change }: Look): void {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return;
  const { callee, arguments: given } = node;
  const isError = node.type === "NewExpression" && callee.type === "Identifier";
  if (isError && otherError[callee.name] !== undefined) {
    change("error-class", callee, otherError[callee.name] ?? "Error");
  }
  if (callee.type === "MemberExpression" && callee.property.type === "Identifier") {
    const other = otherMethod[callee.property.name];
    if (other !== undefined) change("other-method", callee.property, other);
  }
  if (isInError(node, parents) || commutative.test(textOf(callee, source))) return;
  given.slice(1).forEach((right, i) => {
    const left = given[i];
    if (left === undefined || kindOf(left) !== kindOf(right)) return;
    const [first, second] = [textOf(left, source), textOf(right, source)];
    const space = source.slice(left.end ?? 0, right.start ?? 0);
    change("swap-arguments", [left.start ?? 0, right.end ?? 0], `${second}${space}${first}`);
  });
}

/** Functions that give the same in whatever order their arguments are. */
const commutative = /^(?:Math\.(?:max|min|hypot)|Object\.is|add|mul|(?:same|near)(?:[A-Z]\w*)?)$/;

/** Arguments of different kinds, as a text and a function, are exchanged by nobody. */
function kindOf({ type }: Node): string {
  if (/^(?:String|Template)Literal$/.test(type)) return "text";
  return /^(?:Spread|Object|Array|ArrowFunction|Function|Numeric)/.exec(type)?.[0] ?? "";
}

function copies({ node, source, change }: Look): void {
  if (node.type === "CallExpression" && node.callee.type === "MemberExpression") {
    const { callee: { object, property }, arguments: given } = node;
    const [only] = given;
    const name = `${textOf(object, source)}.${textOf(property, source)}`;
    if (given.length === 0 && name.endsWith(".slice")) {
      change("drop-copy", node, textOf(object, source));
    } else if (/^(?:Object\.freeze|Array\.from)$/.test(name) && given.length === 1 && only) {
      change("drop-copy", node, textOf(only, source));
    }
  }
  const parts = node.type === "ArrayExpression"
    ? node.elements
    : node.type === "ObjectExpression"
    ? node.properties
    : [];
  const [part] = parts;
  if (parts.length === 1 && part?.type === "SpreadElement") {
    change("drop-copy", node, textOf(part.argument, source));
  }
}

function values({ node, parents: [parent, ...others], change }: Look): void {
  if (
    parent !== undefined && isForTheCompiler(parent, others) &&
    !("left" in parent && parent.left === node)
  ) return;
  if (node.type === "NumericLiteral") change("off-by-one", node, `${node.value + 1}`);
  if (node.type === "BigIntLiteral") change("off-by-one", node, `${BigInt(node.value) + 1n}n`);
  // A loop `while (true)` ends by what is in it.
  if (node.type === "BooleanLiteral" && parent?.type !== "WhileStatement") {
    change("constant", node, `${!node.value}`);
  }
}

function words({ node, parents, source, change }: Look): void {
  const isMessage = isInError(node, parents);
  if (node.type === "TemplateElement" || (node.type === "StringLiteral" && isMessage)) {
    const text = textOf(node, source);
    const [word] = text.match(/(?<![\\\p{L}{])\p{Ll}{2,}/gu)?.sort((a, b) => b.length - a.length) ??
      [];
    if (word === undefined) return;
    const start = (node.start ?? 0) + text.indexOf(word);
    change(isMessage ? "message" : "text", [start, start + word.length], word.toUpperCase());
  } else if (node.type === "StringLiteral") change("text", node, node.value === "" ? '"x"' : '""');
  else if (node.type === "RegExpLiteral") {
    const { pattern, flags } = node;
    if (/^\^|\$$/.test(pattern)) {
      change("pattern", node, `/${pattern.replace(/^\^|\$$/, "") || "(?:)"}/${flags}`);
    }
  }
}

/** Whether this is part of what an error is made of. */
function isInError(node: Node, parents: readonly Node[]): boolean {
  return [node, ...parents].some((each) =>
    each.type === "NewExpression" && each.callee.type === "Identifier" &&
    each.callee.name.endsWith("Error")
  );
}

function textOf(node: Node, source: string): string {
  return source.slice(node.start ?? 0, node.end ?? 0);
}
