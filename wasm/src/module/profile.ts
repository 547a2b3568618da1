import { type Feature, UnsupportedFeatureError } from "./module-error";
import { walkBody } from "./read-code";
import { SECTION, type WasmModule } from "./wasm-module";

export const PROFILES = ["portable", "simd"] as const;
export type Profile = (typeof PROFILES)[number];

/** "Lime1" of WebAssembly's tool conventions, less extended-const: wasm3 0.5 does not read that. */
const PORTABLE: readonly Feature[] = [
  "mutable-globals",
  "multivalue",
  "sign-extension",
  "nontrapping-f2i",
  "bulk-memory-opt",
  "call-indirect-overlong",
];

/** What each profile may use beyond the first version of WebAssembly. */
export const PROFILE_FEATURES: Readonly<Record<Profile, ReadonlySet<Feature>>> = {
  portable: new Set(PORTABLE),
  simd: new Set<Feature>([...PORTABLE, "simd"]),
};

/**
 * Holds a module to what every engine of a profile runs alike: declarations and all instructions.
 * @throws UnsupportedFeatureError with the first feature that is outside of it
 */
export function checkProfile(module: WasmModule, profile: Profile): void {
  const allowed = PROFILE_FEATURES[profile];
  const refuse = (feature: Feature, id: number, got: string): never => {
    const at = module.sections.find((section) => section.id === id)?.payloadStart ?? 0;
    throw new UnsupportedFeatureError(feature, "module", at, got);
  };
  for (const { parameters, results } of module.types) {
    for (const type of [...parameters, ...results]) checkType(type, SECTION.type);
    if (results.length > 1 && !allowed.has("multivalue")) {
      refuse("multivalue", SECTION.type, "several results");
    }
  }
  for (const { type } of module.globals) checkType(type, SECTION.global);
  if (module.memories.length > 1) refuse("multi-memory", SECTION.memory, "a second memory");
  if (module.memories.some(({ isShared }) => isShared)) {
    refuse("threads", SECTION.memory, "shared memory");
  }
  if (module.tables.length > 1) refuse("reference-types", SECTION.table, "a second table");
  if (module.tables.some(({ type }) => type !== "funcref")) {
    refuse("reference-types", SECTION.table, "a table of other references");
  }
  if (module.elements.some(({ mode }) => mode !== "active")) {
    refuse("bulk-memory", SECTION.element, "a segment that is not active");
  }
  if (module.elements.some(({ functions }) => functions === null)) {
    refuse("reference-types", SECTION.element, "a segment of expressions");
  }
  if (module.data.some(({ mode }) => mode !== "active")) {
    refuse("bulk-memory", SECTION.data, "a segment that is not active");
  }
  for (const [index, { locals }] of module.code.entries()) {
    for (const { type } of locals) checkType(type, SECTION.code);
    walkBody(module, index, allowed, () => {});
  }

  function checkType(type: string, section: number): void {
    if (type === "v128" && !allowed.has("simd")) refuse("simd", section, "a v128");
    if (type === "funcref" || type === "externref") {
      refuse("reference-types", section, `a ${type}`);
    }
  }
}

/** Every feature that the readable part of a module uses, for those who look at it. */
export function featuresOf(module: WasmModule): { features: Feature[]; unread: string | null } {
  const found = new Set<Feature>();
  const collect: ReadonlySet<Feature> = {
    has: (feature: Feature) => {
      found.add(feature);
      return true;
    },
  } as ReadonlySet<Feature>;
  try {
    for (const index of module.code.keys()) walkBody(module, index, collect, () => {});
    return { features: [...found].sort(), unread: null };
  } catch (error) {
    if (!(error instanceof UnsupportedFeatureError)) throw error;
    found.add(error.feature);
    return { features: [...found].sort(), unread: error.message };
  }
}
