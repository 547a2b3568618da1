import type { Finding } from "./finding";

/** Root of the errors of this package. `code` is stable and machine readable. */
export abstract class ThingDescriptionsError extends Error {
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** No file `models/<type>.tm.jsonld`. */
export class UnknownThingModelError extends ThingDescriptionsError {
  readonly code = "UNKNOWN_THING_MODEL";
  readonly type: string;
  readonly known: readonly string[];
  constructor(type: string, known: readonly string[]) {
    super(`no Thing Model "${type}"; there are: ${known.join(", ")}`);
    this.type = type;
    this.known = known;
  }
}

/** A Thing Model cannot be read, or breaks a rule that makes it impossible to derive a TD. */
export class ThingModelError extends ThingDescriptionsError {
  readonly code = "THING_MODEL";
  /** File or URI of the model. */
  readonly model: string;
  /** JSON Pointer into the model; "" is the whole of it. */
  readonly path: string;
  constructor(model: string, path: string, problem: string, options: ErrorOptions = {}) {
    super(`${model}${path === "" ? "" : ` at ${path}`}: ${problem}`, options);
    this.model = model;
    this.path = path;
  }
}

/** A placeholder of the Thing Model got no value. */
export class MissingPlaceholderError extends ThingDescriptionsError {
  readonly code = "MISSING_PLACEHOLDER";
  readonly model: string;
  /** Names without braces, in the order of the model. */
  readonly placeholders: readonly string[];
  constructor(model: string, placeholders: readonly string[]) {
    super(`${model}: no value for ${placeholders.map((name) => `{{${name}}}`).join(", ")}`);
    this.model = model;
    this.placeholders = placeholders;
  }
}

/** A Thing Description breaks the standard. `findings` tells every place, errors and warnings. */
export class ThingDescriptionError extends ThingDescriptionsError {
  readonly code = "THING_DESCRIPTION";
  readonly findings: readonly Finding[];
  constructor(source: string, findings: readonly Finding[]) {
    const errors = findings.filter((finding) => finding.level === "error");
    const first = errors[0];
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    super(
      first
        ? `${source}: ${first.path || "/"}: got ${first.got}, wanted ${first.wanted}${more}`
        : `${source}: not a valid Thing Description`,
    );
    this.findings = findings;
  }
}

/** A measurement does not fit the Thing Description it is about, or is none. */
export class MeasurementError extends ThingDescriptionsError {
  readonly code = "MEASUREMENT";
  /** JSON Pointer into the list of measurements. */
  readonly path: string;
  readonly got: string;
  readonly wanted: string;
  constructor(path: string, got: string, wanted: string) {
    super(`measurement ${path}: got ${got}, wanted ${wanted}`);
    this.path = path;
    this.got = got;
    this.wanted = wanted;
  }
}

/** A document names a JSON-LD context that is not at hand. Contexts are never fetched. */
export class RemoteContextError extends ThingDescriptionsError {
  readonly code = "REMOTE_CONTEXT";
  readonly url: string;
  readonly known: readonly string[];
  constructor(url: string, known: readonly string[], options: ErrorOptions = {}) {
    super(
      `the JSON-LD context ${url} is not at hand, and none is fetched; there are: ${known.join(", ")}`,
      options,
    );
    this.url = url;
    this.known = known;
  }
}

/** A document is larger than a JSON-LD processor should be given. */
export class ExpansionLimitError extends ThingDescriptionsError {
  readonly code = "EXPANSION_LIMIT";
  /** What there is too much of: `values`, `characters`, `depth` or `contextWork`. */
  readonly limit: string;
  readonly most: number;
  constructor(limit: string, most: number, options: ErrorOptions = {}) {
    super(`the document has more ${limit} than ${most}, the most that is expanded`, options);
    this.limit = limit;
    this.most = most;
  }
}

/** A document is no JSON-LD: a context contradicts itself, or a keyword stands where it may not. */
export class JsonLdError extends ThingDescriptionsError {
  readonly code = "JSON_LD";
  /** Error code of JSON-LD 1.1: `invalid term definition`, `cyclic IRI mapping`. */
  readonly fault: string;
  constructor(fault: string, detail: string, options: ErrorOptions = {}) {
    super(`${fault}: ${detail}`, options);
    this.fault = fault;
  }
}
