/** One thing wrong with a Thing Description or Thing Model, said so that it can be mended. */
export interface Finding {
  /** "error": the document breaks the standard; "warning": lawful, but likely not meant. */
  readonly level: "error" | "warning";
  /** JSON Pointer (RFC 6901) of the place; "" is the whole document. */
  readonly path: string;
  /** Line of the place, counted from 1; only where the document was given as text. */
  readonly line?: number;
  /** What stands there, shortened. */
  readonly got: string;
  /** What the standard wants there. */
  readonly wanted: string;
  /** Which rule says so: an assertion id of TD 1.1 (`td-op-for-property`) or a name of ours. */
  readonly rule: string;
}
