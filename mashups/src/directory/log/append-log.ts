import fs from "node:fs/promises";
import path from "node:path";
import { type Deferred, deferred, OverloadedError } from "@fogwot/core";
import { DirectoryFileError } from "../errors";
import { readLines } from "./read-lines";

export interface AppendLogOptions {
  readonly file: string;
  /** The lines that say everything there is to say now; asked for when the log is rewritten. */
  readonly snapshot: () => Iterable<string>;
  /** Below this size the log is not rewritten. @default 4 MiB */
  readonly minRewriteBytes?: number;
  /** Of lines that wait to be written. @default 64 MiB */
  readonly maxPendingBytes?: number;
}

interface Pending {
  readonly line: string;
  readonly written: Deferred<void>;
}

/**
 * A file of lines that only grows, until it is rewritten as a snapshot of what still matters.
 *
 * A line that has been acknowledged survives `kill -9` and power loss: it is written and synced,
 * together with all others that came while the last sync ran. A rewrite happens beside the file and
 * takes its place in one step. Half a line at the end, as a crash leaves it, is cut off.
 */
export class AppendLog {
  readonly #options: AppendLogOptions;
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #handle: fs.FileHandle | undefined;
  #sizeBytes = 0;
  #rewriteAtBytes = 0;
  #running: Promise<void> | undefined;
  /** Set while the file may lack what has been refused: only a rewrite makes it whole again. */
  #isBehind = true;
  #isClosed = false;

  constructor(options: AppendLogOptions) {
    this.#options = options;
  }

  /**
   * Gives every whole line, and leaves the log ready to be appended to.
   *
   * @returns whether there was a file
   * @throws DirectoryFileError
   */
  async open(onLine: (line: string) => void): Promise<boolean> {
    const { file } = this.#options;
    try {
      this.#handle = await fs.open(file, "r+");
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return false;
      throw this.#error(thrown);
    }
    try {
      this.#sizeBytes = await readLines(this.#handle, onLine);
      this.#rewriteAtBytes = this.#limit(this.#sizeBytes);
      await this.#handle.truncate(this.#sizeBytes);
    } catch (thrown) {
      throw this.#error(thrown);
    }
    this.#isBehind = false;
    return true;
  }

  /** Puts the file aside, so that nothing is lost and a new one can be written. */
  async setAside(suffix: string): Promise<string> {
    const target = `${this.#options.file}.${suffix}`;
    await this.#letGo();
    this.#isBehind = true;
    try {
      await fs.rename(this.#options.file, target);
    } catch (thrown) {
      throw this.#error(thrown);
    }
    return target;
  }

  /** Copies the file, which holds what cannot be read; the next write rewrites it. */
  async keepCopy(suffix: string): Promise<string> {
    const target = `${this.#options.file}.${suffix}`;
    this.#isBehind = true;
    try {
      await fs.copyFile(this.#options.file, target);
    } catch (thrown) {
      throw this.#error(thrown);
    }
    return target;
  }

  /** Resolves when the line is on disk. @throws DirectoryFileError, OverloadedError */
  append(line: string): Promise<void> {
    const { maxPendingBytes = 64 * 1024 * 1024 } = this.#options;
    if (this.#isClosed) {
      return Promise.reject(new DirectoryFileError(this.#options.file, "it is closed"));
    }
    if (this.#pendingBytes + line.length > maxPendingBytes) {
      this.#isBehind = true;
      return Promise.reject(new OverloadedError("the disk is too slow for these registrations"));
    }
    const pending = { line, written: deferred<void>() };
    this.#pending.push(pending);
    this.#pendingBytes += line.length;
    this.#running ??= this.#run();
    return pending.written.promise;
  }

  /** Writes what waits, and closes the file. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    await this.#letGo();
  }

  async #run(): Promise<void> {
    // Whatever comes in the same turn of the loop goes into the same sync.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0);
      this.#pendingBytes = 0;
      try {
        if (this.#isBehind) await this.#rewrite();
        else await this.#write(batch);
        for (const { written } of batch) written.resolve();
        if (this.#sizeBytes > this.#rewriteAtBytes) await this.#rewrite();
      } catch (thrown) {
        this.#isBehind = true;
        // Those whose lines were written have been told so, and take no notice.
        for (const { written } of batch) written.reject(this.#error(thrown));
      }
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    const data = Buffer.from(batch.map(({ line }) => `${line}\n`).join(""));
    const handle = this.#handle as fs.FileHandle;
    // At a position of our own: a write that failed half-way is written over.
    await writeAll(handle, data, this.#sizeBytes);
    await handle.datasync();
    this.#sizeBytes += data.length;
  }

  /** The snapshot is taken at once; what changes while it is written waits in the queue. */
  async #rewrite(): Promise<void> {
    const { file, snapshot } = this.#options;
    const lines = snapshot();
    const temporary = `${file}.${process.pid}.tmp`;
    await fs.mkdir(path.dirname(file), { recursive: true });
    const handle = await fs.open(temporary, "w", 0o600);
    try {
      let size = 0;
      for (const data of chunks(lines)) {
        await writeAll(handle, data, size);
        size += data.length;
      }
      await handle.datasync();
      await fs.rename(temporary, file);
      await syncFolder(path.dirname(file));
      await this.#letGo();
      this.#handle = handle;
      this.#sizeBytes = size;
      this.#rewriteAtBytes = this.#limit(size);
      this.#isBehind = false;
    } catch (thrown) {
      await handle.close();
      await fs.rm(temporary, { force: true });
      throw thrown;
    }
  }

  #limit(sizeBytes: number): number {
    return Math.max(this.#options.minRewriteBytes ?? 4 * 1024 * 1024, 2 * sizeBytes);
  }

  async #letGo(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  #error(thrown: unknown): DirectoryFileError {
    if (thrown instanceof DirectoryFileError) return thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return new DirectoryFileError(this.#options.file, reason, { cause: thrown });
  }
}

const chunkCharacters = 1024 * 1024;

function* chunks(lines: Iterable<string>): Generator<Buffer> {
  let text = "";
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < chunkCharacters) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

/** One write may take less than it is given. */
async function writeAll(handle: fs.FileHandle, data: Buffer, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    const { bytesWritten } = await handle.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

/** Makes a rename survive a power loss. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
