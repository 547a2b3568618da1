/** A module as its binary form says it: where things are, not what they do. Offsets count from its start. */
export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  readonly imports: readonly Import[];
  /** Functions, tables, memories and globals, the imported ones first, as the indices count. */
  readonly functions: readonly FunctionEntry[];
  readonly tables: readonly Table[];
  readonly memories: readonly Memory[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  /** Index of the function that runs by itself; null without a start section. */
  readonly start: number | null;
  readonly elements: readonly ElementSegment[];
  readonly data: readonly Segment[];
  /** Of functions that are not imported, in their order. */
  readonly code: readonly CodeBody[];
}

export interface Section {
  readonly id: number;
  /** Of a custom section; else "". */
  readonly name: string;
  /** Of the byte with its id. */
  readonly start: number;
  /** Of what it holds; of a custom section behind its name. */
  readonly payloadStart: number;
  readonly end: number;
}

export const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;
export type NumberType = keyof typeof VALUE_TYPES;
export type ValueType = NumberType | "v128" | "funcref" | "externref";

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export type ExternalKind = "function" | "table" | "memory" | "global" | "tag";

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternalKind;
  /** Among all of its kind. */
  readonly index: number;
}

export interface FunctionEntry {
  readonly typeIndex: number;
  readonly isImported: boolean;
}

export interface Limits {
  readonly minimum: number;
  /** Undefined: as much as the engine gives. */
  readonly maximum: number | undefined;
}

export interface Table extends Limits {
  readonly type: ValueType;
  readonly isImported: boolean;
}

/** Limits in pages of 65 536 bytes. */
export interface Memory extends Limits {
  readonly isShared: boolean;
  readonly isImported: boolean;
}

export interface Global {
  readonly type: ValueType;
  readonly isMutable: boolean;
  readonly isImported: boolean;
  /** Its whole entry in the section; both 0 for an imported one. */
  readonly start: number;
  readonly end: number;
}

export interface Export {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
}

export interface Segment {
  /** Passive and declarative segments are used by instructions, not at instantiation. */
  readonly mode: "active" | "passive" | "declarative";
  /** Bytes of data, or elements. */
  readonly size: number;
}

export interface ElementSegment extends Segment {
  /** What it puts into a table; null where that is said by expressions. */
  readonly functions: readonly number[] | null;
}

export interface CodeBody {
  /** Behind the size: of the vector of locals. */
  readonly start: number;
  /** Of the first instruction. */
  readonly bodyStart: number;
  readonly end: number;
  readonly locals: readonly LocalGroup[];
}

export interface LocalGroup {
  readonly count: number;
  readonly type: ValueType;
}

/** What a parser takes on; a count is refused before anything is made for it. */
export interface ModuleLimits {
  readonly moduleBytes: number;
  readonly types: number;
  readonly imports: number;
  readonly functions: number;
  readonly globals: number;
  readonly exports: number;
  readonly segments: number;
  readonly tableElements: number;
  /** Of one function, parameters left out. */
  readonly locals: number;
  readonly bodyBytes: number;
}

/** Those that engines have agreed on (WebAssembly JavaScript Interface, "Limits"), bytes apart. */
export const DEFAULT_MODULE_LIMITS: ModuleLimits = {
  moduleBytes: 64 * 1_024 * 1_024,
  types: 100_000,
  imports: 1_000,
  functions: 100_000,
  globals: 10_000,
  exports: 10_000,
  segments: 100_000,
  tableElements: 1_000_000,
  locals: 50_000,
  bodyBytes: 7_654_321,
};

/** Ids of the sections. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;
