import fs from "node:fs";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import {
  StoreCorruptError,
  StoreEngineMissingError,
  StoreLockedError,
  StoreOpenError,
} from "../errors";

export type DuckDb = typeof import("@duckdb/node-api");

const packageName = "@duckdb/node-api";

/**
 * The engine, loaded when the first store is opened: it has no binary for 32-bit machines, and a
 * program that needs no store must run there.
 *
 * @throws StoreEngineMissingError
 */
export function loadDuckDb(load: () => unknown = () => require("@duckdb/node-api")): DuckDb {
  try {
    return load() as DuckDb;
  } catch (thrown) {
    throw new StoreEngineMissingError(packageName, { cause: thrown });
  }
}

export interface EngineSettings {
  readonly threads: number;
  readonly memoryLimitMb: number;
}

/**
 * Files this process has open. The engine's lock is a POSIX record lock, which never conflicts
 * within one process, and which the second holder's close would even take from the first.
 */
const openFiles = new Set<string>();

/** An open database file, and the right to it. */
export interface OpenDatabase {
  readonly instance: DuckDBInstance;
  connect(): Promise<DuckDBConnection>;
  release(): void;
}

/**
 * Opens or creates a database file for this process alone.
 *
 * @throws StoreLockedError, StoreCorruptError, StoreOpenError
 */
export async function openDatabase(
  duckdb: DuckDb,
  file: string,
  settings: EngineSettings,
): Promise<OpenDatabase> {
  const key = fs.existsSync(file) ? fs.realpathSync(file) : file;
  if (openFiles.has(key)) {
    throw new StoreLockedError(file, { pid: process.pid, command: "this process" });
  }
  openFiles.add(key);
  try {
    const instance = await duckdb.DuckDBInstance.create(file, {
      threads: String(settings.threads),
      memory_limit: `${settings.memoryLimitMb}MB`,
      // Exports come back in the order of appending.
      preserve_insertion_order: "true",
      // A store never reaches for the network.
      autoinstall_known_extensions: "false",
      allow_community_extensions: "false",
    });
    const resolved = fs.realpathSync(file);
    openFiles.delete(key);
    openFiles.add(resolved);
    return {
      instance,
      connect: () => instance.connect(),
      release() {
        instance.closeSync();
        openFiles.delete(resolved);
      },
    };
  } catch (thrown) {
    openFiles.delete(key);
    throw explainOpenFailure(file, thrown);
  }
}

function explainOpenFailure(file: string, thrown: unknown): Error {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (/lock on file/i.test(reason)) {
    const pid = /PID (\d+)/.exec(reason)?.[1];
    return new StoreLockedError(
      file,
      pid === undefined ? {} : { pid: Number(pid), command: commandOf(pid) },
      { cause: thrown },
    );
  }
  if (/not a valid DuckDB|corrupt|checksum|deserializ|truncated|WAL/i.test(reason)) {
    return new StoreCorruptError(file, reason, { cause: thrown });
  }
  return new StoreOpenError(file, reason, { cause: thrown });
}

function commandOf(pid: string): string | undefined {
  try {
    const words = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words.join(" ").trim() || undefined;
  } catch {
    // Not Linux, or the process has just ended: the pid alone must do.
    return undefined;
  }
}
