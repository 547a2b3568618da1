import type { Capability } from "../manifest";
import type { FunctionType } from "../module";

/** @see wasm/abi/README.md, which binds */
export const ABI_VERSION = 1;
export const ABI_FEATURES = { state: 1, tick: 2, asset: 4 } as const;
export type AbiFeature = keyof typeof ABI_FEATURES;

const type = (...[parameters, results]: [string, string]): FunctionType => ({
  parameters: words(parameters),
  results: words(results),
});

function words(text: string): FunctionType["parameters"] {
  return text === "" ? [] : (text.split(" ") as ("i32" | "f64")[]);
}

/** Exports that every processor has. The first five are constants: their bodies are one i32.const. */
export const REQUIRED_EXPORTS: Readonly<Record<string, FunctionType>> = {
  abi: type("", "i32"),
  in_ptr: type("", "i32"),
  in_cap: type("", "i32"),
  out_ptr: type("", "i32"),
  out_cap: type("", "i32"),
  init: type("i32", "i32"),
  process: type("i32 i32", "i32"),
};
export const CONSTANT_EXPORTS = ["abi", "in_ptr", "in_cap", "out_ptr", "out_cap"] as const;

/** Exports that a feature bit promises. */
export const FEATURE_EXPORTS: Readonly<Record<AbiFeature, Readonly<Record<string, FunctionType>>>> =
  {
    state: { state_save: type("", "i32"), state_load: type("i32 i32", "i32") },
    tick: { tick: type("f64", "i32") },
    asset: {},
  };

export const IMPORT_MODULE = "fog";
export const IMPORTS: Readonly<Record<Capability, FunctionType>> = {
  emit: type("i32 i32 i32", ""),
  log: type("i32 i32 i32", ""),
  now: type("", "f64"),
  gpio_write: type("i32 i32", ""),
  asset: type("i32 i32 i32 i32", "i32"),
};

export function isSameType(a: FunctionType, b: FunctionType): boolean {
  return typeText(a) === typeText(b);
}

/** "(i32 i32) -> (i32)" */
export function typeText({ parameters, results }: FunctionType): string {
  return `(${parameters.join(" ")}) -> (${results.join(" ")})`;
}
