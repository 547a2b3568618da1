import { ProcessorError } from "../processor-error";

export interface ManifestMismatch {
  /** JSON Pointer; "" is the whole file. */
  readonly path: string;
  readonly got: unknown;
  readonly wanted: string;
}

/** A manifest that does not fit its schema, or is not what it must be byte for byte. */
export class ManifestError extends ProcessorError {
  readonly code = "MANIFEST";
  readonly source: string;
  readonly mismatches: readonly ManifestMismatch[];
  constructor(source: string, mismatches: readonly ManifestMismatch[], options: ErrorOptions = {}) {
    const lines = mismatches.map(
      ({ path, got, wanted }) => `${path || "/"}: got ${preview(got)}, wanted ${wanted}`,
    );
    super(`${source}: ${lines.join("; ")}`, { ...options, details: { source, mismatches } });
    this.source = source;
    this.mismatches = mismatches;
  }
}

const LONGEST_PREVIEW = 80;

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_PREVIEW ? `${text.slice(0, LONGEST_PREVIEW)}…` : text;
}
