/** Members of an RFC 7807 problem document. `code` and `details` are our extension members. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface FogwotErrorOptions extends ErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Root of every error fogwot throws on purpose.
 *
 * `code` is stable and machine readable, `status` is the HTTP status class of the fault (each
 * binding maps it to its own codes), `details` holds typed facts: device, path, got, wanted.
 */
export abstract class FogwotError extends Error {
  abstract readonly code: string;
  abstract readonly title: string;
  abstract readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: FogwotErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.details = options.details ?? {};
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** @see RFC 7807, section 3.1 */
  toProblem(): ProblemDetails {
    return {
      type: `urn:fogwot:error:${this.code.toLowerCase().replaceAll("_", "-")}`,
      title: this.title,
      status: this.status,
      detail: this.message,
      code: this.code,
      ...(Object.keys(this.details).length > 0 ? { details: this.details } : {}),
    };
  }
}
