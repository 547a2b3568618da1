import { FogwotError } from "@fogwot/core/base";

/** No policy of that name, or its module exports none. */
export class PolicyNotFoundError extends FogwotError {
  readonly code = "POLICY_NOT_FOUND";
  readonly title = "No such policy";
  readonly status = 404;
  constructor(wanted: string, known: readonly string[], options: ErrorOptions = {}) {
    super(`policy ${wanted} is not known; there are ${known.join(", ")}, or give a path`, {
      ...options,
      details: { wanted, known },
    });
  }
}

/** A policy's module is there, and fails while it is loaded. */
export class PolicyLoadError extends FogwotError {
  readonly code = "POLICY_LOAD";
  readonly title = "The policy cannot be loaded";
  readonly status = 422;
  constructor(wanted: string, reason: string, options: ErrorOptions = {}) {
    super(`policy ${wanted} cannot be loaded: ${reason}`, { ...options, details: { wanted } });
  }
}

/** A snapshot does not belong to this policy. */
export class PolicyStateError extends FogwotError {
  readonly code = "POLICY_STATE";
  readonly title = "The policy's state does not fit";
  readonly status = 409;
  constructor(policy: string, got: unknown, options: ErrorOptions = {}) {
    super(`the snapshot is not one of ${policy}`, { ...options, details: { policy, got } });
  }
}

/** A policy chose what it may not: a handle twice, an unknown one, or too many. */
export class PolicyFaultError extends FogwotError {
  readonly code = "POLICY_FAULT";
  readonly title = "The policy chose wrongly";
  readonly status = 500;
  constructor(policy: string, fault: string, options: ErrorOptions = {}) {
    super(`policy ${policy}: ${fault}`, { ...options, details: { policy, fault } });
  }
}
