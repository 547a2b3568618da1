import type { Profile } from "../module";

export const FIELD_TYPES = ["u8", "i8", "u16", "i16", "u32", "i32", "f32", "f64"] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** A field of a record; fields follow each other without gaps, little-endian. */
export interface RecordField {
  readonly name: string;
  readonly type: FieldType;
  /** So many of them, as an array. */
  readonly count?: number;
  /** QUDT or UCUM, as in a Thing Description. */
  readonly unit?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a configuration's field. */
  readonly default?: number | readonly number[];
}

/** A port carries k records of its schema at once; its number is its place in the list. */
export interface Port {
  readonly name: string;
  /** Id of the record: one of the manifest's own, or one that both ends know. */
  readonly schema: string;
  readonly description?: string;
}

export const CAPABILITIES = ["emit", "log", "now", "gpio_write", "asset"] as const;
/** A function of the module `fog` that may be imported. */
export type Capability = (typeof CAPABILITIES)[number];

export interface Asset {
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

/** What author and publisher both state: everything but what the publish pass finds out. */
export interface ManifestBase {
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  readonly description?: string;
  readonly profile: Profile;
  readonly memoryMaxPages: number;
  /** Units that one call may use. */
  readonly fuelPerCall: number;
  /** Bytes of the in- and out-buffer, which is also the longest frame. */
  readonly buffers: { readonly in: number; readonly out: number };
  readonly ports: { readonly in: readonly Port[]; readonly out: readonly Port[] };
  /** Layouts by schema id. */
  readonly records: Readonly<Record<string, readonly RecordField[]>>;
  /** Schema id of the configuration that `init` takes; null: bytes of the processor's own. */
  readonly config: string | null;
  readonly capabilities: readonly Capability[];
  /** Names of the pin slots, by slot; the site file says which pins they are. */
  readonly gpio: readonly string[];
  readonly assets: readonly Asset[];
  /** Of the blob that state_save makes; 0 without. */
  readonly stateVersion: number;
  /** Versions that state_load takes. */
  readonly acceptsState: readonly number[];
  /** Lowest fogwot version that runs it. */
  readonly minNode?: string;
}

/** `manifest.json` in a processor's folder. */
export interface AuthorManifest extends ManifestBase {
  /** AssemblyScript's entry, or a `.wasm` that another compiler has made; relative to the manifest. */
  readonly source: string;
  readonly runtime: "stub" | "minimal";
}

/** What is signed, and sent with the module. */
export interface Manifest extends ManifestBase {
  readonly abi: 1;
  /** Of the exact bytes that run; hex. */
  readonly wasmSha256: string;
  readonly size: number;
  /** Publisher. @see keyIdOf */
  readonly keyId: string;
  /** Goes up with every publication of this name: a lower one is refused. */
  readonly counter: number;
  /** `wasmSha256` of the publication before; null for the first. */
  readonly previous: string | null;
  /** ISO 8601, UTC. */
  readonly notBefore: string | null;
  readonly expires: string | null;
}
