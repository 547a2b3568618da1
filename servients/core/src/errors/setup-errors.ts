import { FogwotError } from "./fogwot-error";
import type { Mismatch } from "./request-errors";

/** A configuration file or option is wrong: says file, path, got and wanted. Exit code 2. */
export class ConfigError extends FogwotError {
  readonly code = "CONFIG";
  readonly title = "Wrong configuration";
  readonly status = 500;
  readonly file: string;
  readonly mismatches: readonly Mismatch[];
  constructor(file: string, mismatches: readonly Mismatch[], options: ErrorOptions = {}) {
    const lines = mismatches.map(
      (m) => `${file}: ${m.path || "/"}: got ${JSON.stringify(m.got)}, wanted ${m.wanted}`,
    );
    super(lines.join("\n"), { ...options, details: { file, mismatches } });
    this.file = file;
    this.mismatches = mismatches;
  }
}

/** Another program holds the port. */
export class PortInUseError extends FogwotError {
  readonly code = "PORT_IN_USE";
  readonly title = "Port in use";
  readonly status = 500;
  readonly port: number;
  constructor(what: string, host: string, port: number, options: ErrorOptions = {}) {
    super(
      `${what}: port ${port} on ${host} is taken by another program; stop it, change the port, or use --port-base 0`,
      { ...options, details: { what, host, port } },
    );
    this.port = port;
  }
}

/** A server was asked to bind beyond loopback without a security scheme. */
export class InsecureBindError extends FogwotError {
  readonly code = "INSECURE_BIND";
  readonly title = "Refused to bind beyond loopback";
  readonly status = 500;
  constructor(what: string, host: string, options: ErrorOptions = {}) {
    super(
      `${what}: ${host} is reachable from other machines; name a security scheme or write insecure: true`,
      { ...options, details: { what, host } },
    );
  }
}

/** A child process did not start, or died too often. */
export class ChildProcessError extends FogwotError {
  readonly code = "CHILD_PROCESS";
  readonly title = "A child process failed";
  readonly status = 500;
  readonly child: string;
  constructor(child: string, reason: string, options: ErrorOptions = {}) {
    super(`${child}: ${reason}`, { ...options, details: { child, reason } });
    this.child = child;
  }
}

/** Something waited for did not happen in time. */
export class WaitTimeoutError extends FogwotError {
  readonly code = "WAIT_TIMEOUT";
  readonly title = "Waited in vain";
  readonly status = 504;
  readonly timeoutMs: number;
  constructor(awaited: string, timeoutMs: number, options: ErrorOptions = {}) {
    super(`${awaited} did not happen within ${timeoutMs} ms`, {
      ...options,
      details: { awaited, timeoutMs },
    });
    this.timeoutMs = timeoutMs;
  }
}
