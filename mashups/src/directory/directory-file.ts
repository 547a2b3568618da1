import fs from "node:fs/promises";
import path from "node:path";
import { DirectoryFileError } from "./errors";

/**
 * A JSON file that is always a whole one: written beside, synced, and renamed over the old one.
 *
 * Saves that are asked for while one runs become one save after it.
 */
export class AtomicJsonFile {
  readonly #file: string;
  readonly #content: () => string;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param content the text to write, asked for when a save begins */
  constructor(file: string, content: () => string) {
    this.#file = file;
    this.#content = content;
  }

  /** The text of the file; undefined where there is none yet. */
  async read(): Promise<string | undefined> {
    try {
      return await fs.readFile(this.#file, "utf8");
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw this.#error(thrown);
    }
  }

  /** Puts an unreadable file aside, so that nothing is lost and a new one can be written. */
  async setAside(suffix: string): Promise<string> {
    const target = `${this.#file}.${suffix}`;
    try {
      await fs.rename(this.#file, target);
    } catch (thrown) {
      throw this.#error(thrown);
    }
    return target;
  }

  /** Resolves when the present content is on disk. @throws DirectoryFileError */
  save(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#write().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#next ??= this.#saveAfter(this.#running);
    return this.#next;
  }

  async #saveAfter(running: Promise<void>): Promise<void> {
    await running.catch(() => undefined);
    this.#next = undefined;
    await this.save();
  }

  async #write(): Promise<void> {
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      await fs.mkdir(path.dirname(this.#file), { recursive: true });
      const handle = await fs.open(temporary, "w", 0o600);
      try {
        await handle.writeFile(this.#content());
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fs.rename(temporary, this.#file);
    } catch (thrown) {
      await fs.rm(temporary, { force: true }).catch(() => undefined);
      throw this.#error(thrown);
    }
  }

  #error(thrown: unknown): DirectoryFileError {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new DirectoryFileError(this.#file, reason, { cause: thrown });
  }
}
