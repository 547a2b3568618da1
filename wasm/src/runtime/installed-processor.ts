import type { Admitted } from "../admission";
import type { ManifestBase } from "../manifest";
import type { Artifact } from "../publish/artifact";
import { decodeArtifact, encodeArtifact } from "../publish/artifact-bytes";
import type { Commitment, SlotStore, StoredVersion } from "../slots";
import { decodeStateImage, encodeStateImage } from "../state";
import { NotInstalledError } from "./fault";
import { HostedProcessor } from "./hosted-processor";
import type { FaultLimit, Probation, ProcessorEvent } from "./options";
import type { CallResult, RunningVersion } from "./running-version";
import type { StateHandOver } from "./swap";

export interface InstallOptions {
  readonly name: string;
  readonly store: SlotStore;
  /** Monotonic. */
  readonly clock: { monotonicMs(): number };
  /** Looks an artifact over as this node does. @throws AdmissionError */
  readonly admit: (artifact: Artifact, known: Known) => Admitted;
  /** Makes an instance of it, off the path of the frames. @throws ProcessorFaultError */
  readonly start: (admitted: Admitted, config: Uint8Array) => Promise<RunningVersion>;
  readonly maxStatePages?: number;
  readonly probation?: Probation;
  readonly faultLimit?: FaultLimit;
  /** @see HostedOptions */
  readonly deadlineMs?: number;
  readonly onEvent?: (event: InstallEvent) => void;
}

/** What a node remembers of a processor's versions. */
export interface Known {
  /** Highest counter ever confirmed here. */
  readonly lastCounter: number | undefined;
  /** Its own last known good, which may be older. */
  readonly knownGood: string | undefined;
}

export type InstallEvent =
  | ProcessorEvent
  /** The disk did not take what was to be kept: a restart would go back further. */
  | { readonly kind: "not-kept"; readonly error: unknown }
  /** At start: what was on probation when the node went down is not started. */
  | { readonly kind: "probation-cut"; readonly wasmSha256: string; readonly to: string };

export interface Deployed {
  readonly wasmSha256: string;
  readonly version: string;
  readonly state: StateHandOver;
  readonly generation: number;
}

/** The configuration that a version is to start with, in its own layout. */
export type ConfigOf = (manifest: ManifestBase) => Uint8Array;

/**
 * A processor that outlives its node's restarts: every swap, confirmation, rollback and checkpoint of
 * its `HostedProcessor` is committed to the two slots on disk. Frames never wait for the disk.
 */
export class InstalledProcessor {
  readonly #options: InstallOptions;
  /** Where versions' artifacts and configurations are kept. */
  readonly #kept = new Map<string, Kept>();
  #hosted: HostedProcessor | undefined;
  #highestCounter = 0;
  #framesKept = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: InstallOptions) {
    this.#options = options;
  }

  /** Of the version that runs. @throws NotInstalledError */
  get manifest(): ManifestBase {
    return this.#running().active.manifest;
  }

  /** undefined until something was deployed. */
  get hosted(): HostedProcessor | undefined {
    return this.#hosted;
  }

  /**
   * Starts what was committed last; what was on probation gives way to the version before it.
   * @throws SlotsLostError, AdmissionError when nothing that was kept may run any more
   */
  async open(): Promise<void> {
    const recovered = await this.#options.store.open();
    if (!recovered) return;
    const { active, previous, isConfirmed, highestCounter, failedWasmSha256 } =
      recovered.commitment;
    this.#highestCounter = highestCounter;
    if (isConfirmed || !previous) {
      const warm = previous ? await this.#revive(previous).catch(() => undefined) : undefined;
      this.#hosted = this.#host(await this.#revive(active), warm);
    } else {
      const { wasmSha256 } = active;
      this.#tell({ kind: "probation-cut", wasmSha256, to: previous.wasmSha256 });
      this.#hosted = this.#host(await this.#revive(previous));
    }
    this.#hosted.checkpoint();
    for (const wasmSha256 of failedWasmSha256) this.#hosted.refuse(wasmSha256);
  }

  /** @throws NotInstalledError, ProcessorStoppedError, FrameTooLargeError */
  process(port: number, frame: Uint8Array): CallResult {
    return this.#running().process(port, frame);
  }

  /** Many frames behind one deadline. @throws as `process` */
  processAll(port: number, frames: readonly Uint8Array[]): CallResult[] {
    return this.#running().processAll(port, frames);
  }

  /** @throws NotInstalledError, ProcessorStoppedError */
  tick(nowMs: number): CallResult {
    return this.#running().tick(nowMs);
  }

  /**
   * Admits, compiles and starts it beside what runs, swaps between two frames, and keeps it.
   * @returns once a restart of the node would know of it
   * @throws AdmissionError, VersionRefusedError, ProcessorFaultError, what `configOf` throws, or the disk's
   * error after going back; what ran before runs on
   */
  deploy(artifact: Artifact, configOf: ConfigOf = () => NO_CONFIG): Promise<Deployed> {
    return this.#queued(async () => {
      const { store, admit, start } = this.#options;
      const admitted = admit(artifact, this.#known());
      const config = configOf(admitted.manifest);
      const version = await start(admitted, config);
      const artifactSha256 = await store.put(encodeArtifact(artifact));
      const configSha256 = config.length === 0 ? null : await store.put(config);
      this.#kept.set(keyOf(version), { artifactSha256, configSha256 });
      const state = this.#takeIn(version);
      try {
        await this.#commit();
      } catch (error) {
        if (this.#hosted?.previous) this.#hosted.rollback();
        throw error;
      }
      const generation = store.current?.generation ?? 0;
      return { wasmSha256: version.wasmSha256, version: version.version, state, generation };
    });
  }

  /** @throws NotInstalledError, VersionRefusedError when there is no version before */
  rollback(): Promise<void> {
    return this.#queued(async () => {
      this.#running().rollback();
      await this.#commit();
    });
  }

  /** Keeps the state as of now; nothing is written when no frame came since it was kept last. */
  checkpoint(): Promise<void> {
    return this.#queued(async () => {
      if (!this.#hosted || this.#hosted.status === "stopped") return;
      const { framesIn } = this.#hosted.figures();
      if (framesIn === this.#framesKept) return;
      this.#hosted.checkpoint();
      await this.#commit();
      this.#framesKept = framesIn;
    });
  }

  /** Keeps the state once more, and lets what is being kept end. */
  async stop(): Promise<void> {
    await this.checkpoint();
    this.#hosted = undefined;
  }

  #takeIn(version: RunningVersion): StateHandOver {
    if (this.#hosted) return this.#hosted.swap(version);
    this.#hosted = this.#host(version);
    this.#hosted.checkpoint();
    return "cold";
  }

  #host(version: RunningVersion, warm?: RunningVersion): HostedProcessor {
    const { name, clock, probation, faultLimit, deadlineMs } = this.#options;
    return new HostedProcessor(
      {
        name,
        clock,
        ...(probation ? { probation } : {}),
        ...(faultLimit ? { faultLimit } : {}),
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
        onEvent: (event) => this.#onEvent(event),
      },
      version,
      warm,
    );
  }

  /** What it decides by itself, amid frames, is kept as soon as the disk takes it. */
  #onEvent(event: ProcessorEvent): void {
    this.#tell(event);
    const isOwn = event.kind === "swapped" && event.reason === "fault";
    if (!isOwn && event.kind !== "confirmed" && event.kind !== "stopped") return;
    this.#queued(() => this.#commit()).catch((error: unknown) =>
      this.#tell({ kind: "not-kept", error }),
    );
  }

  async #commit(): Promise<void> {
    const { store } = this.#options;
    const hosted = this.#running();
    const isConfirmed = hosted.status === "confirmed";
    // Taken now: what the versions do while the disk works comes with the next commit.
    const [active, previous] = [hosted.active, hosted.previous].map((version) =>
      version ? this.#stateOf(version) : undefined,
    );
    if (isConfirmed) this.#highestCounter = Math.max(this.#highestCounter, hosted.active.counter);
    await store.commit({
      generation: (store.current?.generation ?? 0) + 1,
      active: await this.#stored(active as Taken),
      previous: previous ? await this.#stored(previous) : null,
      isConfirmed,
      highestCounter: this.#highestCounter,
      failedWasmSha256: hosted.failedWasmSha256,
    } satisfies Commitment);
  }

  #stateOf(version: RunningVersion): Taken {
    return { version, image: encodeStateImage(version.image()) };
  }

  async #stored({ version, image }: Taken): Promise<StoredVersion> {
    const { artifactSha256, configSha256 } = this.#kept.get(keyOf(version)) as Kept;
    const { wasmSha256, counter } = version;
    const stateSha256 = await this.#options.store.put(image);
    return { wasmSha256, artifactSha256, configSha256, stateSha256, counter };
  }

  async #revive(stored: StoredVersion): Promise<RunningVersion> {
    const { store, admit, start, maxStatePages = 256 } = this.#options;
    const artifact = decodeArtifact(await store.get(stored.artifactSha256));
    const admitted = admit(artifact, { ...this.#known(), knownGood: stored.wasmSha256 });
    const config = stored.configSha256 === null ? NO_CONFIG : await store.get(stored.configSha256);
    const version = await start(admitted, config);
    if (stored.stateSha256 !== null) {
      version.restore(decodeStateImage(await store.get(stored.stateSha256), maxStatePages));
    }
    const { artifactSha256, configSha256 } = stored;
    this.#kept.set(keyOf(version), { artifactSha256, configSha256 });
    return version;
  }

  #known(): Known {
    return {
      lastCounter: this.#highestCounter === 0 ? undefined : this.#highestCounter,
      knownGood: this.#hosted?.previous?.wasmSha256,
    };
  }

  #running(): HostedProcessor {
    if (!this.#hosted) throw new NotInstalledError(this.#options.name);
    return this.#hosted;
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }

  #tell(event: InstallEvent): void {
    this.#options.onEvent?.(event);
  }
}

interface Kept {
  readonly artifactSha256: string;
  readonly configSha256: string | null;
}

interface Taken {
  readonly version: RunningVersion;
  readonly image: Buffer;
}

const keyOf = ({ wasmSha256, configSha256 }: RunningVersion): string =>
  `${wasmSha256} ${configSha256}`;

const NO_CONFIG = new Uint8Array(0);
