import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { Finding } from "../finding";
import { formatPointer } from "../json/pointer";

/** A JSON text, its value, what is wrong with it as JSON, and where everything stands. */
export interface ParsedText {
  /** undefined where the text is no JSON. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Line of the value at the path, counted from 1; of its nearest ancestor where there is none. */
  lineAt(path: readonly (string | number)[]): number;
}

/** Deeper documents are refused before anything recursive sees them. */
export const MAX_DEPTH = 100;
const BYTE_ORDER_MARK = "\ufeff";

export function parseText(source: string): ParsedText {
  const findings: Finding[] = [];
  const hasMark = source.startsWith(BYTE_ORDER_MARK);
  const text = hasMark ? source.slice(1) : source;
  if (hasMark) {
    findings.push({
      level: "error",
      path: "",
      line: 1,
      got: "a byte order mark (U+FEFF)",
      wanted: "the document to begin with {",
      rule: "td-json-open_no-byte-order",
    });
  }
  const lineOf = lineCounter(text);
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    findings.push({
      level: "error",
      path: "",
      line: lineOf(deep),
      got: `nesting deeper than ${MAX_DEPTH}`,
      wanted: `at most ${MAX_DEPTH} objects and arrays within each other`,
      rule: "nesting",
    });
    return { value: undefined, findings, lineAt: () => 1 };
  }

  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: false, disallowComments: true });
  for (const error of errors) findings.push(syntaxFinding(text, error, lineOf));
  if (errors.length > 0 || !tree) {
    return { value: undefined, findings, lineAt: () => 1 };
  }
  findings.push(...duplicateMembers(tree, lineOf), ...fractionalIntegers(tree, text, lineOf));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // What the tolerant parser lets pass, such as exotic white space.
    findings.push({
      level: "error",
      path: "",
      line: 1,
      got: cause instanceof Error ? cause.message : String(cause),
      wanted: "JSON (RFC 8259)",
      rule: "td-processor-serialization",
    });
  }
  return {
    value,
    findings,
    lineAt: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const node = findNodeAtLocation(tree, path.slice(0, length));
        if (node)
          return lineOf(node.parent?.type === "property" ? node.parent.offset : node.offset);
      }
      return lineOf(tree.offset);
    },
  };
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** Offset of the bracket that nests too deep. Strings are skipped, syntax is not checked. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === "\\") i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") {
      depth += 1;
      if (depth > MAX_DEPTH) return i;
    } else if (char === "}" || char === "]") depth -= 1;
  }
  return undefined;
}

function syntaxFinding(
  text: string,
  error: ParseError,
  lineOf: (offset: number) => number,
): Finding {
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
function duplicateMembers(tree: Node, lineOf: (offset: number) => number): Finding[] {
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
function fractionalIntegers(
  tree: Node,
  text: string,
  lineOf: (offset: number) => number,
): Finding[] {
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
