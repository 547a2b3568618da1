import { FogwotError } from "@fogwot/core/base";

/** The database engine is not installed on this machine. */
export class StoreEngineMissingError extends FogwotError {
  readonly code = "STORE_ENGINE_MISSING";
  readonly title = "The store's engine is not installed";
  readonly status = 500;
  constructor(packageName: string, options: ErrorOptions = {}) {
    super(
      `${packageName} cannot be loaded on ${process.platform} ${process.arch}; install it with ` +
        `"npm install --include=optional ${packageName}" (64-bit Linux, macOS or Windows)`,
      { ...options, details: { packageName, platform: process.platform, arch: process.arch } },
    );
  }
}

/** Another program, or another part of this one, has the store open. */
export class StoreLockedError extends FogwotError {
  readonly code = "STORE_LOCKED";
  readonly title = "The store is in use";
  readonly status = 503;
  readonly file: string;
  /** Process id of the holder, where the operating system told it. */
  readonly holderPid: number | undefined;
  constructor(
    file: string,
    holder: { readonly pid?: number | undefined; readonly command?: string | undefined },
    options: ErrorOptions = {},
  ) {
    const who = holder.pid === undefined ? "another program" : `process ${holder.pid}`;
    const what = holder.command ? ` (${holder.command})` : "";
    super(
      `${file} is open in ${who}${what}; one process at a time may use it: stop that one, ` +
        "or read the store through the running server",
      { ...options, details: { file, ...holder } },
    );
    this.file = file;
    this.holderPid = holder.pid;
  }
}

/** The file is no store, or a damaged one. It is left as it is. */
export class StoreCorruptError extends FogwotError {
  readonly code = "STORE_CORRUPT";
  readonly title = "The store cannot be read";
  readonly status = 500;
  readonly file: string;
  constructor(file: string, reason: string, options: ErrorOptions = {}) {
    super(`${file}: ${reason}; move it away to start with an empty store`, {
      ...options,
      details: { file, reason },
    });
    this.file = file;
  }
}

/** The file was written by another version of fogwot. */
export class StoreVersionError extends FogwotError {
  readonly code = "STORE_VERSION";
  readonly title = "The store has another schema version";
  readonly status = 500;
  constructor(file: string, found: number, known: number) {
    super(
      `${file} has schema version ${found}, this program knows up to ${known}; use the newer fogwot`,
      { details: { file, found, known } },
    );
  }
}

/** The file could not be opened: folder missing, no permission. */
export class StoreOpenError extends FogwotError {
  readonly code = "STORE_OPEN";
  readonly title = "The store cannot be opened";
  readonly status = 500;
  constructor(file: string, reason: string, options: ErrorOptions = {}) {
    super(`${file}: ${reason}`, { ...options, details: { file, reason } });
  }
}

/** Rows could not be made durable; none of the batch was kept. */
export class StoreWriteError extends FogwotError {
  readonly code = "STORE_WRITE";
  readonly title = "The store did not accept the rows";
  readonly status = 503;
  constructor(rows: number, reason: string, options: ErrorOptions = {}) {
    super(`${rows} rows were not stored: ${reason}`, { ...options, details: { rows, reason } });
  }
}

/** A query failed inside the engine. */
export class StoreQueryError extends FogwotError {
  readonly code = "STORE_QUERY";
  readonly title = "The store could not answer";
  readonly status = 500;
  constructor(reason: string, options: ErrorOptions = {}) {
    super(reason, { ...options, details: { reason } });
  }
}

/** The store was closed before, or while, it was asked. */
export class StoreClosedError extends FogwotError {
  readonly code = "STORE_CLOSED";
  readonly title = "The store is closed";
  readonly status = 503;
  constructor() {
    super("the store is closed");
  }
}

/** This kind of store cannot write that format. */
export class ExportUnsupportedError extends FogwotError {
  readonly code = "EXPORT_UNSUPPORTED";
  readonly title = "The export format is not supported by this store";
  readonly status = 501;
  constructor(format: string, store: string) {
    super(`a ${store} cannot export ${format}`, { details: { format, store } });
  }
}
