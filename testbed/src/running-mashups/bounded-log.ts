import * as fs from "node:fs";

/** Of each of the two files. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * A log that never takes more than two files of 5 MiB: one that is full becomes `<file>.1`, and what
 * stood there is gone.
 */
export class BoundedLog {
  readonly #file: string;
  readonly #maxBytes: number;
  #size: number;

  constructor(file: string, maxBytes = MAX_BYTES) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#size = fs.existsSync(file) ? fs.statSync(file).size : 0;
  }

  append(text: string | Buffer): void {
    const bytes = Buffer.from(text);
    if (this.#size > 0 && this.#size + bytes.length > this.#maxBytes) {
      fs.renameSync(this.#file, `${this.#file}.1`);
      this.#size = 0;
    }
    fs.appendFileSync(this.#file, bytes, { mode: 0o600 });
    this.#size += bytes.length;
  }
}
