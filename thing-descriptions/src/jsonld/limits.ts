import { ExpansionLimitError } from "../errors";

/** How large a document may be. Beyond, it is refused before any work is done. */
export interface ExpandLimits {
  /** Objects, arrays and scalars. @default 50 000 */
  readonly values: number;
  /** Characters of all names and texts. @default 4 194 304 */
  readonly characters: number;
  /** Objects and arrays within each other. @default 100 */
  readonly depth: number;
  /** Terms that are copied or defined while contexts come into force. @default 500 000 */
  readonly contextWork: number;
}

export const DEFAULT_LIMITS: ExpandLimits = {
  values: 50_000,
  characters: 4_194_304,
  depth: 100,
  contextWork: 500_000,
};

/**
 * Iterative, and stops at the first limit: a hostile value exhausts neither stack nor time.
 *
 * @throws ExpansionLimitError
 */
export function checkLimits(document: unknown, limits: ExpandLimits): void {
  let values = 0;
  let characters = 0;
  const open: { readonly value: unknown; readonly depth: number }[] = [
    { value: document, depth: 1 },
  ];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, depth } = place;
    values += 1;
    if (typeof value === "string") characters += value.length;
    if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        characters += name.length;
        open.push({ value: member, depth: depth + 1 });
      }
      refuseBeyond("depth", depth, limits);
    }
    refuseBeyond("values", values + open.length, limits);
    refuseBeyond("characters", characters, limits);
  }
}

function refuseBeyond(limit: keyof ExpandLimits, used: number, limits: ExpandLimits): void {
  if (used > limits[limit]) throw new ExpansionLimitError(limit, limits[limit]);
}
