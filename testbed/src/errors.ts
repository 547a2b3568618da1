import { FogwotError, type FogwotErrorOptions } from "@fogwot/core/base";

/** The command line was used wrongly. Exit code 2. */
export class UsageError extends FogwotError {
  readonly code = "USAGE";
  readonly title = "Wrong use";
  readonly status = 400;
}

/** A command needs a running site and none runs. */
export class SiteNotRunningError extends FogwotError {
  readonly code = "SITE_NOT_RUNNING";
  readonly title = "The site is not running";
  readonly status = 503;
  constructor(siteFile: string, options: FogwotErrorOptions = {}) {
    super(`no site runs from ${siteFile}; start it with: fogwot up ${siteFile}`, {
      ...options,
      details: { siteFile },
    });
  }
}

/** `up` of a site that already runs. */
export class SiteRunningError extends FogwotError {
  readonly code = "SITE_RUNNING";
  readonly title = "The site already runs";
  readonly status = 409;
  constructor(siteFile: string, pid: number, options: FogwotErrorOptions = {}) {
    super(
      `${siteFile} is already up (process ${pid}); see it with: fogwot status ${siteFile}, end it with: fogwot down ${siteFile}`,
      { ...options, details: { siteFile, pid } },
    );
  }
}

/** A program that the command builds or needs is missing or does not build. */
export class ToolError extends FogwotError {
  readonly code = "TOOL";
  readonly title = "A needed program failed";
  readonly status = 500;
  constructor(tool: string, reason: string, mend: string, options: FogwotErrorOptions = {}) {
    super(`${tool}: ${reason}\nmend: ${mend}`, { ...options, details: { tool, reason, mend } });
  }
}

/** The running site refused a command. */
export class ControlError extends FogwotError {
  readonly code: string = "CONTROL";
  readonly title = "The running site refused";
  readonly status: number;
  constructor(message: string, status: number, options: FogwotErrorOptions = {}) {
    super(message, options);
    this.status = status;
  }
}

/** A mash-up author's script failed. */
export class ScriptError extends FogwotError {
  readonly code = "SCRIPT";
  readonly title = "The script failed";
  readonly status = 500;
}

/** A signal came before the command was done. */
export class InterruptedError extends FogwotError {
  readonly code = "INTERRUPTED";
  readonly title = "Interrupted";
  readonly status = 503;
}

/** Something that only root may do was asked for by another user. Exit code 2. */
export class NotRootError extends FogwotError {
  readonly code = "NOT_ROOT";
  readonly title = "Root only";
  readonly status = 403;
  constructor(what: string, mend: string, options: FogwotErrorOptions = {}) {
    super(`${what}; ${mend}`, { ...options, details: { what, mend } });
  }
}

/** An action was answered, but not with the output that its description promises. */
export class NoOutputError extends FogwotError {
  readonly code = "NO_OUTPUT";
  readonly title = "No output";
  readonly status = 502;
  constructor(action: string, variant: string, options: FogwotErrorOptions = {}) {
    super(`${action} over ${variant} was answered without its output`, {
      ...options,
      details: { action, variant },
    });
  }
}
