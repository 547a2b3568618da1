import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import type { AuthorManifest, Manifest, ManifestBase } from "./manifest";
import { ManifestError, type ManifestMismatch } from "./manifest-error";
import { AUTHOR_MANIFEST_SCHEMA, MANIFEST_SCHEMA } from "./manifest-schema";
import { recordBytes } from "./records";

const author = lazily(AUTHOR_MANIFEST_SCHEMA, true);
const published = lazily(MANIFEST_SCHEMA, false);

/** Holds `manifest.json` to its schema and fills defaults in. @throws ManifestError with every offence */
export function checkAuthorManifest(value: unknown, source: string): AuthorManifest {
  const manifest = hold<AuthorManifest>(author(), structuredClone(value), source);
  checkSense(manifest, source);
  return manifest;
}

/** @throws ManifestError with every offence */
export function checkManifest(value: unknown, source: string): Manifest {
  const manifest = hold<Manifest>(published(), value, source);
  checkSense(manifest, source);
  return manifest;
}

function hold<T>(validate: ValidateFunction, value: unknown, source: string): T {
  if (validate(value)) return value as T;
  throw new ManifestError(source, (validate.errors ?? []).slice(0, 20).map(mismatchOf));
}

/** What a schema cannot say. */
function checkSense(manifest: ManifestBase, source: string): void {
  const wrong: ManifestMismatch[] = [];
  const { records, config, buffers, ports } = manifest;
  if (config !== null && records[config] === undefined) {
    wrong.push({ path: "/config", got: config, wanted: "one of the records" });
  }
  const room = (path: string, schema: string, bytes: number): void => {
    const fields = records[schema];
    const size = fields ? recordBytes(fields) : 0;
    if (size > bytes) wrong.push({ path, got: `${size} bytes`, wanted: `${bytes} at most` });
  };
  if (config !== null) room("/config", config, buffers.in);
  for (const direction of ["in", "out"] as const) {
    ports[direction].forEach(({ schema }, index) => {
      room(`/ports/${direction}/${index}`, schema, buffers[direction]);
    });
  }
  if (manifest.gpio.length > 0 && !manifest.capabilities.includes("gpio_write")) {
    wrong.push({ path: "/gpio", got: manifest.gpio, wanted: "the capability gpio_write too" });
  }
  if (manifest.assets.length > 0 && !manifest.capabilities.includes("asset")) {
    wrong.push({ path: "/assets", got: manifest.assets, wanted: "the capability asset too" });
  }
  if (manifest.stateVersion === 0 && manifest.acceptsState.length > 0) {
    const wanted = "none without a stateVersion";
    wrong.push({ path: "/acceptsState", got: manifest.acceptsState, wanted });
  }
  if (wrong.length > 0) throw new ManifestError(source, wrong);
}

/** Compiled when first needed: a program that only lists processors pays nothing. */
function lazily(schema: object, useDefaults: boolean): () => ValidateFunction {
  let validate: ValidateFunction | undefined;
  return () => {
    validate ??= new Ajv({ allErrors: true, verbose: true, useDefaults, strict: false }).compile(
      schema,
    );
    return validate;
  };
}

function mismatchOf(error: ErrorObject): ManifestMismatch {
  const { additionalProperty, missingProperty } = error.params as Record<string, string>;
  const member = additionalProperty ?? missingProperty;
  const path = member === undefined ? error.instancePath : `${error.instancePath}/${member}`;
  if (additionalProperty !== undefined) return { path, got: "a member", wanted: "none" };
  if (missingProperty !== undefined) return { path, got: undefined, wanted: "a value" };
  return { path, got: error.data, wanted: error.message ?? error.keyword };
}
