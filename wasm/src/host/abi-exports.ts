import { FUEL } from "../publish/fuel";

/** What a module of ABI v1 exports. @see wasm/abi/README.md */
export interface AbiExports {
  readonly memory: WebAssembly.Memory;
  readonly [FUEL]: WebAssembly.Global<"i32">;
  abi(): number;
  in_ptr(): number;
  in_cap(): number;
  out_ptr(): number;
  out_cap(): number;
  init(len: number): number;
  process(port: number, len: number): number;
  tick?(ms: number): number;
  state_save?(): number;
  state_load?(len: number, version: number): number;
}
