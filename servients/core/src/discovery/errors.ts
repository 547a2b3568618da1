import { FogwotError, type FogwotErrorOptions } from "../errors";
import type { DiscoveryFinding } from "./findings";

/** The URL leads to something else than a Thing Description Directory. */
export class NotADirectoryError extends FogwotError {
  readonly code = "NOT_A_DIRECTORY";
  readonly title = "Not a Thing Description Directory";
  readonly status = 502;
  constructor(url: string, got: string, options: FogwotErrorOptions = {}) {
    super(`${url}: got ${got}, wanted the Thing Description of a directory, or its listing`, {
      ...options,
      details: { url, got },
    });
  }
}

/** What was to be explored could not be read to its end. */
export class DiscoveryFailedError extends FogwotError {
  readonly code = "DISCOVERY_FAILED";
  readonly title = "The discovery is not complete";
  readonly status = 502;
  readonly finding: DiscoveryFinding;
  constructor(finding: DiscoveryFinding) {
    const { code, url, message, cause } = finding;
    super(`${url}: ${message}`, { ...(cause ? { cause } : {}), details: { code, url } });
    this.finding = finding;
  }
}

/** A URL did not lead to a valid Thing Description. */
export class InvalidThingDescriptionError extends FogwotError {
  readonly code = "INVALID_THING_DESCRIPTION";
  readonly title = "Not a valid Thing Description";
  readonly status = 502;
  readonly finding: DiscoveryFinding;
  constructor(finding: DiscoveryFinding) {
    const { url, message, mismatches } = finding;
    super(`${url}: ${message}`, { details: { url, ...(mismatches ? { mismatches } : {}) } });
    this.finding = finding;
  }
}
