import type { ManifestBase } from "../../manifest";
import type { StateImage } from "../../state";
import { ProcessorFaultError } from "../fault";
import type { CallResult, RunningVersion, SavedState } from "../running-version";

const byte = [{ name: "value", type: "u8" }] as const;

export const SUMMING_MANIFEST: ManifestBase = {
  name: "sum",
  version: "1.0.0",
  profile: "portable",
  memoryMaxPages: 1,
  fuelPerCall: 100,
  buffers: { in: 8, out: 8 },
  ports: {
    in: [{ name: "values", schema: "test:byte" }],
    out: [{ name: "sums", schema: "test:byte" }],
  },
  records: { "test:byte": byte },
  config: null,
  capabilities: [],
  gpio: [],
  assets: [],
  stateVersion: 1,
  acceptsState: [1],
};

interface Behaviour {
  /** It traps on this value. */
  readonly breaksOn?: number;
  /** It goes on for ever at this value. */
  readonly hangsOn?: number;
  readonly breaksOnLoad?: boolean;
  readonly acceptsState?: readonly number[];
}

/** A version in plain TypeScript that emits the running sum of the first bytes of its frames. */
export class SummingVersion implements RunningVersion {
  readonly name = "sum";
  readonly version = "1.0.0";
  readonly counter = 1;
  readonly memoryPages = 1;
  readonly hasTick = false;
  readonly configSha256 = "none";
  readonly manifest = SUMMING_MANIFEST;
  readonly wasmSha256: string;
  readonly acceptsState: readonly number[];
  readonly #behaviour: Behaviour;
  #sum = 0;

  constructor(wasmSha256: string, behaviour: Behaviour = {}) {
    this.wasmSha256 = wasmSha256;
    this.#behaviour = behaviour;
    this.acceptsState = behaviour.acceptsState ?? [1];
  }

  process(_port: number, frame: Uint8Array): CallResult {
    const [value = 0] = frame;
    if (value === this.#behaviour.breaksOn) throw this.#trap();
    while (value === this.#behaviour.hangsOn) this.#sum = 0;
    this.#sum += value;
    const emissions = [{ port: 0, bytes: Uint8Array.of(this.#sum) }];
    return { emissions, code: 1, fuelUsed: 10 };
  }

  tick(): CallResult {
    return { emissions: [], code: 0, fuelUsed: 0 };
  }

  image(): StateImage {
    const globals = [{ type: "i32", bits: BigInt(this.#sum) }] as const;
    return { wasmSha256: this.wasmSha256, memory: new Uint8Array(0), globals };
  }

  restore({ globals }: StateImage): void {
    this.#sum = Number(globals[0]?.bits ?? 0n);
  }

  saveState(): SavedState {
    return { version: 1, bytes: Uint8Array.of(this.#sum) };
  }

  loadState({ bytes }: SavedState): boolean {
    if (this.#behaviour.breaksOnLoad) throw this.#trap();
    this.#sum = bytes[0] ?? 0;
    return true;
  }

  renew(): RunningVersion {
    return new SummingVersion(this.wasmSha256, this.#behaviour);
  }

  #trap(): ProcessorFaultError {
    return new ProcessorFaultError(this.name, "trap", "unreachable");
  }
}
