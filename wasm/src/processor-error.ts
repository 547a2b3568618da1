/**
 * Root of every error this package throws on purpose. `code` is stable and machine readable, `details`
 * holds typed facts: path, offset, got, wanted. (The package imports nothing of ours, so it has a root of
 * its own; whoever serves it to the Web maps it to a problem document.)
 */
export abstract class ProcessorError extends Error {
  abstract readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    options: ErrorOptions & { readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.details = options.details ?? {};
  }

  override get name(): string {
    return this.constructor.name;
  }
}
