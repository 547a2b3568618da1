/** What an oracle may call while it works: its side of the module `fog`. The bytes are copied by whoever keeps them. */
export interface TwinHost {
  emit(port: number, bytes: Uint8Array): void;
  gpioWrite(slot: number, value: number): void;
}

/**
 * A processor in plain TypeScript: what its WebAssembly form must agree with, byte for byte. `twin.ts` of
 * a processor's folder exports `createTwin`.
 */
export interface ProcessorTwin {
  /** @returns 0, or an error code */
  init(config: Uint8Array): number;
  /** @returns what comes out, or an error code */
  process(port: number, input: Uint8Array): Uint8Array | number;
  /** Only of processors that go by time. @param ms since 1970 */
  tick?(ms: number): Uint8Array | number;
}

export type CreateTwin = (host: TwinHost) => ProcessorTwin;

/** Error codes of the processor ABI. */
export const CODES = {
  length: -1,
  port: -2,
  value: -3,
  config: -4,
  state: -5,
  space: -6,
  /** Of our processors: `init` did not succeed. */
  notReady: -16,
} as const;

export const NOTHING = new Uint8Array(0);
