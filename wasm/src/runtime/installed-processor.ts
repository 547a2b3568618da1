import type { ManifestBase } from "../manifest";
import type { Artifact } from "../publish/artifact";
import { decodeArtifact, encodeArtifact } from "../publish/artifact-bytes";
import type { Commitment, StoredVersion } from "../slots";
import { decodeStateImage, encodeStateImage } from "../state";
import { NotInstalledError, VersionRefusedError } from "./fault";
import { HostedProcessor } from "./hosted-processor";
import type {
  ConfigOf,
  Deployed,
  InstallEvent,
  InstallOptions,
  Known,
  Portable,
} from "./install-options";
import type { ProcessorEvent } from "./options";
import type { CallResult, RunningVersion } from "./running-version";
import type { StateHandOver } from "./swap";

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
   * @param image state that it starts with, from another tier; else that of the version that runs
   * @returns once a restart of the node would know of it
   * @throws AdmissionError, VersionRefusedError, ProcessorFaultError, StateImageError, what `configOf`
   * throws, or the disk's error after going back; what ran before runs on
   */
  deploy(
    artifact: Artifact,
    configOf: ConfigOf = () => NO_CONFIG,
    image?: Uint8Array,
  ): Promise<Deployed> {
    return this.#queued(async () => {
      const { store, admit, start, maxStatePages = MOST_PAGES } = this.#options;
      const admitted = admit(artifact, this.#known());
      const config = configOf(admitted.manifest);
      const version = await start(admitted, config);
      if (image) version.restore(decodeStateImage(image, maxStatePages));
      const artifactSha256 = await store.put(encodeArtifact(artifact));
      const configSha256 = config.length === 0 ? null : await store.put(config);
      this.#kept.set(keyOf(version), { artifactSha256, configSha256 });
      const state = this.#takeIn(version, image ? "image" : undefined);
      try {
        await this.#commit();
      } catch (error) {
        if (this.#hosted?.previous) this.#hosted.rollback();
        else this.#hosted = undefined;
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

  /**
   * Hands the processor over as it is. Whoever calls lets no frame in until `take` has ended.
   * @throws NotInstalledError, VersionRefusedError when it is stopped, and what `take` throws
   */
  handOver<T>(take: (portable: Portable) => Promise<T>): Promise<T> {
    return this.#queued(async () => {
      const { name, store } = this.#options;
      const { active, status } = this.#running();
      if (status === "stopped")
        throw new VersionRefusedError(name, active.wasmSha256, "is stopped");
      const { artifactSha256, configSha256 } = this.#kept.get(keyOf(active)) as Kept;
      return take({
        artifact: decodeArtifact(await store.get(artifactSha256)),
        config: configSha256 === null ? NO_CONFIG : await store.get(configSha256),
        state: encodeStateImage(active.image()),
      });
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

  #takeIn(version: RunningVersion, given: StateHandOver | undefined): StateHandOver {
    if (this.#hosted) return this.#hosted.swap(version, given);
    this.#hosted = this.#host(version);
    this.#hosted.checkpoint();
    return given ?? "cold";
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
    const { store, admit, start, maxStatePages = MOST_PAGES } = this.#options;
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

const MOST_PAGES = 256;
const NO_CONFIG = new Uint8Array(0);
