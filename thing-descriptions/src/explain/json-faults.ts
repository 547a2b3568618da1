import { type Node, type ParseError, printParseErrorCode } from "jsonc-parser";
import type { Finding } from "../finding";
import { formatPointer } from "../json/pointer";

type LineOf = (offset: number) => number;

/** An error of the parser, in words. */
export function syntaxFinding(text: string, error: ParseError, lineOf: LineOf): Finding {
  const rest = text.slice(error.offset, error.offset + Math.max(error.length, 1));
  return {
    level: "error",
    path: "",
    line: lineOf(Math.min(error.offset, Math.max(text.length - 1, 0))),
    got: rest.trim() === "" ? "the end of the text" : JSON.stringify(rest.slice(0, 40)),
    wanted: WANTED_SYNTAX[printParseErrorCode(error.error)] ?? "JSON",
    rule: "td-processor-serialization",
  };
}

const WANTED_SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: "a JSON value: text in double quotes, a number, true, false, null",
  InvalidNumberFormat: "a JSON number",
  PropertyNameExpected: "a member name in double quotes (no trailing comma)",
  ValueExpected: "a value",
  ColonExpected: "a colon between name and value",
  CommaExpected: "a comma between members",
  CloseBraceExpected: "a closing }",
  CloseBracketExpected: "a closing ]",
  EndOfFileExpected: "nothing after the document",
  InvalidCommentToken: "no comment: JSON has none",
  UnexpectedEndOfComment: "no comment: JSON has none",
  UnexpectedEndOfString: "a closing double quote on the same line",
  InvalidEscapeCharacter: 'one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u',
  InvalidUnicode: "four hexadecimal digits after \\u",
  InvalidCharacter: "control characters to be escaped",
};

function* nodesOf(node: Node, path: readonly (string | number)[]): Generator<[Node, typeof path]> {
  yield [node, path];
  const children = node.children ?? [];
  for (const [index, child] of children.entries()) {
    if (node.type !== "object") yield* nodesOf(child, [...path, index]);
    else if (child.children?.[1]) {
      yield* nodesOf(child.children[1], [...path, String(child.children[0]?.value)]);
    }
  }
}

/** JSON.parse would keep the last silently; an affordance would be lost. */
export function duplicateMembers(tree: Node, lineOf: LineOf): Finding[] {
  const findings: Finding[] = [];
  for (const [node, path] of nodesOf(tree, [])) {
    if (node.type !== "object") continue;
    const lines = new Map<string, number>();
    for (const member of node.children ?? []) {
      const name = String(member.children?.[0]?.value);
      const line = lineOf(member.offset);
      const first = lines.get(name);
      if (first === undefined) lines.set(name, line);
      else {
        findings.push({
          level: "error",
          path: formatPointer([...path, name]),
          line,
          got: `a second member "${name}"`,
          wanted: `a name used once (first on line ${first})`,
          rule: "td-json-open",
        });
      }
    }
  }
  return findings;
}

const INTEGER_TERMS = new Set(["minItems", "maxItems", "minLength", "maxLength"]);

/** `"minItems": 1.0` parses to 1: only the text shows the fraction. */
export function fractionalIntegers(tree: Node, text: string, lineOf: LineOf): Finding[] {
  const findings: Finding[] = [];
  for (const [node, path] of nodesOf(tree, [])) {
    const name = path.at(-1);
    if (node.type !== "number" || typeof name !== "string" || !INTEGER_TERMS.has(name)) continue;
    const written = text.slice(node.offset, node.offset + node.length);
    if (!/[.eE]/.test(written) || !Number.isInteger(node.value)) continue;
    findings.push({
      level: "error",
      path: formatPointer(path),
      line: lineOf(node.offset),
      got: written,
      wanted: "an integer without fraction or exponent",
      rule: "td-integer-type",
    });
  }
  return findings;
}
