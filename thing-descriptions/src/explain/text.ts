import { findNodeAtLocation, type Node, type ParseError, parseTree } from "jsonc-parser";
import type { Finding } from "../finding";
import { duplicateMembers, fractionalIntegers, syntaxFinding } from "./json-faults";

/** A JSON text, its value, what is wrong with it as JSON, and where everything stands. */
export interface ParsedText {
  /** undefined where the text is no JSON. */
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Line of the value at the path, counted from 1; of its nearest ancestor where there is none. */
  lineAt(path: readonly string[]): number;
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
      const node = nearestNode(tree, path);
      return lineOf(node.parent?.type === "property" ? node.parent.offset : node.offset);
    },
  };
}

/** The node at the path, or where the path ends early, the last one on it. */
function nearestNode(tree: Node, path: readonly string[]): Node {
  let node = tree;
  for (const segment of path) {
    const next = findNodeAtLocation(node, [node.type === "array" ? Number(segment) : segment]);
    if (!next) break;
    node = next;
  }
  return node;
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
