import type { Clock } from "@fogwot/core";
import {
  admit,
  DEFAULT_ADMISSION_LIMITS,
  InstalledProcessor,
  type InstallOptions,
  SlotStore,
  type Trust,
  WasmVersion,
} from "@fogwot/wasm";

export interface InstalledOptions
  extends Pick<InstallOptions, "probation" | "deadlineMs" | "onEvent"> {
  /** Of its slots. */
  readonly folder: string;
  readonly trust: Trust;
  readonly clock: Pick<Clock, "now" | "monotonicMs">;
}

const NODE_VERSION = "0.1.0";

/** A processor as a fog node installs it, without the node around. */
export function installed({ folder, trust, clock, ...rest }: InstalledOptions): InstalledProcessor {
  return new InstalledProcessor({
    ...rest,
    name: "moving-average",
    store: new SlotStore(folder),
    clock,
    admit: (artifact, known) =>
      admit(artifact, trust, {
        ...DEFAULT_ADMISSION_LIMITS,
        ...known,
        nodeVersion: NODE_VERSION,
        nowMs: clock.now(),
      }),
    start: async ({ wasm, manifest }, config) =>
      new WasmVersion(await WasmVersion.prepare(wasm, { manifest, config, grants: {} })),
  });
}
