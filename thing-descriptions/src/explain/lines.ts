import { parsePointer } from "../json/pointer";
import { parseText } from "./text";

/**
 * Where in a JSON text things stand: for findings that come from elsewhere than `explain()`.
 *
 * @returns line of what a JSON Pointer leads to, counted from 1, or of its nearest ancestor; of a text
 *   that is no JSON always 1
 */
export function linesOf(text: string): (pointer: string) => number {
  const { lineAt } = parseText(text);
  return (pointer) => lineAt(parsePointer(pointer) ?? []);
}
