/** Beyond, a text is taken for one that no other Thing has. */
const LONGEST = 512;

/**
 * Lets Things of one model hold each text of their affordances once. node-wot parses every Thing
 * from JSON anew, so that a thousand Things have a thousand copies of each description, unit and
 * type.
 */
export class SharedStrings {
  readonly #known = new Map<string, string>();
  readonly #maximum: number;

  /** @param maximum texts remembered; later ones stay as they are */
  constructor(maximum = 10_000) {
    this.#maximum = maximum;
  }

  /** Replaces the strings in a value's members, in depth, by equal ones. */
  share(value: unknown): void {
    if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
    const members = value as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      const member = members[key];
      if (typeof member !== "string") this.share(member);
      else if (member.length <= LONGEST) members[key] = this.#one(member);
    }
  }

  #one(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size < this.#maximum) this.#known.set(text, text);
    return text;
  }
}
