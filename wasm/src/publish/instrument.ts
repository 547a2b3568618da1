import { checkProfile, type Profile, parseModule, SECTION, writeModule } from "../module";
import { addFuel, removeFuel } from "./fuel";
import { exportGlobals } from "./globals";
import { boundMemory } from "./memory";
import { PublishError } from "./publish-error";

export interface InstrumentOptions {
  readonly profile: Profile;
  readonly memoryMaxPages: number;
  /** Keeps the section of function names, for whoever profiles. @default false */
  readonly keepNames?: boolean;
}

/**
 * The publish pass without its signature: a compiler's module, or a published one, → the bytes that are
 * signed. Idempotent: what it has written it leaves as it is.
 * @throws MalformedModuleError, UnsupportedFeatureError, FuelMismatchError, PublishError
 */
export function instrument(bytes: Uint8Array, options: InstrumentOptions): Uint8Array<ArrayBuffer> {
  const { profile, memoryMaxPages, keepNames = false } = options;
  const raw = parseModule(bytes);
  checkProfile(raw, profile);
  if (raw.start !== null) {
    throw new PublishError(
      "the module runs code by itself (a start section); move what it does into init()",
    );
  }
  // Only memory.init and data.drop need the count of data segments, and no profile has them.
  const stripped = writeModule(raw, {
    replaced: new Map([[SECTION.dataCount, null]]),
    keepsCustom: (name) => keepNames && name === "name",
  });
  const clean = removeFuel(parseModule(stripped));
  const bounded = boundMemory(clean, memoryMaxPages);
  return exportGlobals(parseModule(addFuel(parseModule(bounded))));
}
