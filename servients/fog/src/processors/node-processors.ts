import {
  type Clock,
  InputError,
  type Logger,
  ProcessorProblemError,
  type SiteProcessor,
  type SiteProcessorTrust,
} from "@fogwot/core";
import {
  type Admitted,
  type Artifact,
  admit,
  artifactFiles,
  DEFAULT_ADMISSION_LIMITS,
  type Deployed,
  type Grants,
  type InstallEvent,
  ManifestError,
  type Output,
  ProcessorError,
  type ProcessorReport,
  ProcessorTier,
  publishedBefore,
  type RecordValue,
  readArtifact,
  WasmVersion,
} from "@fogwot/wasm";
import type { DeviceAccess } from "./device-access";
import { deliver } from "./outlets";
import { toSpec } from "./spec";
import { readTrusts } from "./trust";
import { watchArtifact } from "./watch-artifact";

export interface NodeProcessorsOptions {
  readonly processors: readonly SiteProcessor[];
  readonly trust: SiteProcessorTrust;
  /** Where their slots are. */
  readonly folder: string;
  /** Version of fogwot on the node. */
  readonly nodeVersion: string;
  readonly devices: DeviceAccess;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onEvent: (processor: string, event: InstallEvent) => void;
  /** Of the out-ports that the site file makes events. */
  readonly onOutput: (
    processor: string,
    port: string,
    record: RecordValue,
    ageMs: number | null,
  ) => void;
}

/** One batch, host calls included: fuel bounds the rest, and a busy machine holds good ones up for 250 ms. */
const DEADLINE_MS = 1_000;
const TICK_MS = 100;

/** The processors of a fog node: fed by its devices, acting on them. */
export class NodeProcessors {
  readonly #options: NodeProcessorsOptions;
  readonly #tier: ProcessorTier;
  readonly #settings = new Map<string, Map<string, RecordValue>>();
  #cancels: (() => void)[] = [];
  /** Of what was fed last: what comes out, comes out of it before anything else is fed. */
  #fedAtMs: number | null = null;

  constructor(options: NodeProcessorsOptions) {
    const { folder, trust, clock, onEvent } = options;
    this.#options = options;
    this.#tier = new ProcessorTier({
      folder,
      clock,
      probation: trust.probation,
      deadlineMs: DEADLINE_MS,
      admit: (artifact, known) => this.#admit(artifact, known),
      start: async ({ name }, { wasm, manifest }, config) =>
        new WasmVersion(
          await WasmVersion.prepare(wasm, {
            manifest,
            config,
            grants: this.#grants(name, manifest),
          }),
        ),
      onOutput: (output) => this.#onOutput(output),
      onEvent: (name, event) => this.#onEvent(name, event, onEvent),
      onLost: (processor, error) =>
        options.log.debug({ processor, err: error }, "a frame was lost"),
    });
  }

  /**
   * Starts what was kept, deploys the site file's artifacts where nothing was, and lets data in.
   * @throws ConfigError for chains that cannot be
   */
  async start(): Promise<void> {
    const { processors, trust, clock, log } = this.#options;
    await asOurs(() => this.#tier.start(processors.map(toSpec)));
    for (const { name, artifact, watch } of processors) {
      if (artifact === undefined) continue;
      const { hosted } = this.#tier.processor(name);
      const { counter = 0 } = (watch && publishedBefore(artifactFiles(artifact))) || {};
      if (!hosted || counter > hosted.active.counter) await this.#deployFile(name, artifact);
      if (!watch) continue;
      this.#cancels.push(
        watchArtifact(artifact, { clock, onChange: () => this.#deployFile(name, artifact) }),
      );
    }
    this.#every(TICK_MS, () => {
      this.#fedAtMs = null;
      this.#tier.tick(clock.now());
    });
    this.#every(trust.checkpointMs, async () => {
      for (const [processor, error] of await this.#tier.checkpoint()) {
        log.error({ processor, err: error }, "its state was not kept");
      }
    });
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels.splice(0)) cancel();
    await this.#tier.stop();
  }

  /** Bytes of a device that is a stream. @param timeMs at which the driver had the last of them, ms since 1970 */
  bytes(device: string, bytes: Uint8Array, timeMs: number): void {
    this.#fedAtMs = timeMs;
    this.#tier.feed(`device/${device}/bytes`, bytes);
  }

  /** @param timeMs of the sample, ms since 1970 */
  reading(device: string, values: Readonly<Record<string, number>>, timeMs: number): void {
    this.#fedAtMs = timeMs;
    this.#tier.feedRecord(`device/${device}/reading`, { timeMs, ...values });
  }

  list(): ProcessorReport[] {
    return this.#tier.list();
  }

  /** @throws ProcessorProblemError, InputError */
  deploy(name: string, artifact: Artifact): Promise<Deployed> {
    return asOurs(() => this.#tier.deploy(name, artifact));
  }

  /** @throws ProcessorProblemError */
  rollback(name: string): Promise<void> {
    return asOurs(() => this.#tier.rollback(name));
  }

  /** @throws ProcessorProblemError */
  remove(name: string): Promise<void> {
    this.#settings.delete(name);
    return asOurs(() => this.#tier.remove(name));
  }

  /** By processor and in-port, the record that the processor said is in force. */
  settings(): Record<string, Record<string, RecordValue>> {
    return Object.fromEntries(
      [...this.#settings].map(([name, ports]) => [name, Object.fromEntries(ports)]),
    );
  }

  /**
   * Hands a record to an in-port of a processor that runs: live configuration, in force from its next
   * frame on. Fields that are left out stay as they were said to be in force.
   * @throws ProcessorProblemError, InputError
   */
  configure(name: string, port: string, values: RecordValue): Promise<void> {
    return asOurs(async () => {
      const ports = this.#settings.get(name) ?? new Map<string, RecordValue>();
      const wanted = { ...(ports.get(port) ?? this.#atFirst(name, port)), ...values };
      const inForce = this.#tier.hand(name, port, wanted).at(-1);
      ports.set(port, inForce ?? wanted);
      this.#settings.set(name, ports);
    });
  }

  /** What the site file configures of the record that a port takes. */
  #atFirst(name: string, port: string): RecordValue {
    const { config = {} } = this.#options.processors.find((one) => one.name === name) ?? {};
    const { ports, records } = this.#tier.processor(name).manifest;
    const { schema = "" } = ports.in.find((one) => one.name === port) ?? {};
    const fields = new Set((records[schema] ?? []).map((field) => field.name));
    return Object.fromEntries(Object.entries(config).filter(([field]) => fields.has(field)));
  }

  async #deployFile(name: string, file: string): Promise<void> {
    const { log } = this.#options;
    try {
      const artifact = readArtifact(file);
      const { hosted } = this.#tier.processor(name);
      const done = await this.#tier.deploy(name, artifact);
      const from = hosted?.active.wasmSha256 ?? null;
      log.info({ processor: name, file, from, ...done }, "deployed from its file");
    } catch (error) {
      // What runs runs on; a node is not to fail because a file is wrong.
      log.error({ processor: name, file, err: error }, "the artifact was not deployed");
    }
  }

  /** The list of trust is read anew: who is revoked now publishes nothing more. */
  #admit(
    artifact: Artifact,
    known: { readonly lastCounter: number | undefined; readonly knownGood: string | undefined },
  ): Admitted {
    const { nodeVersion, clock, trust } = this.#options;
    return admit(artifact, readTrusts(trust), {
      ...DEFAULT_ADMISSION_LIMITS,
      ...known,
      nodeVersion,
      nowMs: clock.now(),
    });
  }

  #grants(name: string, manifest: Admitted["manifest"]): Grants {
    const { clock, log, processors, devices } = this.#options;
    const { gpio = {} } = processors.find((one) => one.name === name) ?? {};
    return {
      now: () => clock.now(),
      log: (level, text) => log[level]({ processor: name }, text),
      gpioWrite: (slot, value) => {
        const pin = gpio[manifest.gpio[slot] ?? ""];
        if (!pin) return;
        const { on = 1 } = pin;
        devices.set(pin.device, pin.parameter, value === 0 ? 0 : on).catch((error: unknown) => {
          log.error({ processor: name, ...pin, err: error }, "a pin was not written");
        });
      },
    };
  }

  #onOutput(output: Output): void {
    const { processors, devices, clock, log, onOutput } = this.#options;
    const { to = [] } = processors.find(({ name }) => name === output.processor) ?? {};
    const outlet = to[Number(output.sink)];
    const fedAtMs = this.#fedAtMs;
    const ageMs = fedAtMs === null ? null : Math.max(0, clock.now() - fedAtMs);
    if (outlet) deliver(output, outlet, { devices, log, onOutput, ageMs });
  }

  #onEvent(
    name: string,
    event: InstallEvent,
    tell: (name: string, event: InstallEvent) => void,
  ): void {
    const isTrouble = ["fault", "stopped", "not-kept", "probation-cut"].includes(event.kind);
    this.#options.log[isTrouble ? "warn" : "info"]({ processor: name, ...event }, "processor");
    tell(name, event);
  }

  #every(ms: number, work: () => unknown): void {
    const { clock, log } = this.#options;
    let cancel: (() => void) | undefined;
    const again = (): void => {
      cancel = clock.schedule(ms, () => {
        Promise.resolve()
          .then(work)
          .catch((error: unknown) => log.error({ err: error }, "processors"))
          .finally(() => cancel && again());
      });
    };
    again();
    this.#cancels.push(() => {
      cancel?.();
      cancel = undefined;
    });
  }
}

/** Runs work of the processors' package with its errors as ours. */
async function asOurs<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ManifestError) {
      const [first] = cause.mismatches;
      throw new InputError(first ?? { path: "", got: cause.message, wanted: "a record" }, {
        cause,
      });
    }
    if (cause instanceof ProcessorError) throw new ProcessorProblemError(cause);
    throw cause;
  }
}
