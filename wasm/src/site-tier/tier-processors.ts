import { rm } from "node:fs/promises";
import path from "node:path";
import { type Admitted, admit, DEFAULT_ADMISSION_LIMITS } from "../admission";
import { type Grants, WasmVersion } from "../host";
import type { RecordValue } from "../manifest";
import type { Artifact } from "../publish/artifact";
import type { Deployed, InstallEvent, Known } from "../runtime";
import { type Luggage, type Output, type ProcessorReport, ProcessorTier } from "../tier";
import { ChainArtifacts } from "./chain-artifacts";
import type { ChainProcessor } from "./chain-processor";
import { configured } from "./configured";
import { type Moved, sendProcessor } from "./move";
import type { TierProcessorsOptions } from "./options";
import { deliver } from "./outlets";
import { repeat } from "./repeat";
import { Retained, type Settings } from "./retained";
import { toSpec } from "./spec";
import { readTrusts } from "./trust-file";

/** One batch, host calls included: fuel bounds the rest, and a busy machine holds good ones up for 250 ms. */
const DEADLINE_MS = 1_000;
const TICK_MS = 100;

/** The processors of a tier, as the site file names them or as the chain was written since. */
export class TierProcessors {
  readonly #options: TierProcessorsOptions;
  readonly #tier: ProcessorTier;
  readonly #retained: Retained;
  readonly #artifacts: ChainArtifacts;
  #chain: readonly ChainProcessor[];
  #cancels: (() => void)[] = [];
  /** Of what was fed last: what comes out, comes out of it before anything else is fed. */
  #fedAtMs: number | null = null;
  #changes: Promise<unknown> = Promise.resolve();

  constructor(options: TierProcessorsOptions) {
    const { folder, trust, clock, log, processors } = options;
    this.#options = options;
    this.#chain = processors;
    this.#retained = new Retained(folder, processors, log);
    this.#artifacts = new ChainArtifacts({
      clock,
      log,
      running: (name) => this.#tier.processor(name).hosted?.active,
      deploy: (name, artifact) => this.deploy(name, artifact),
    });
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
      onEvent: (name, event) => this.#onEvent(name, event),
      onLost: (processor, error) => log.debug({ processor, err: error }, "a frame was lost"),
      onNotStarted: (processor, error) =>
        log.error({ processor, err: error }, "what was kept of it is not started"),
    });
  }

  /**
   * Starts what was kept, deploys the site file's artifacts where nothing was, and lets data in.
   * @throws ChainError for chains that cannot be
   */
  async start(): Promise<void> {
    const { folder, trust, clock, log } = this.#options;
    await this.#retained.load();
    this.#chain = this.#keptChain() ?? this.#chain;
    // Those that were moved away, when the power went before their slots were gone.
    for (const name of this.#retained.state.removed) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
    await this.#tier.start(this.#chain.map(toSpec));
    for (const { name } of this.#chain) this.#setAgain(name);
    await this.#artifacts.follow(this.#chain, this.#retained.state.removed);
    this.#options.onChain?.(this.#chain);
    const onError = (error: unknown): void => log.error({ err: error }, "processors");
    this.#cancels.push(
      repeat(clock, TICK_MS, () => this.#tick(), onError),
      repeat(clock, trust.checkpointMs, () => this.#checkpoint(), onError),
    );
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#artifacts.stop();
    this.#options.onChain?.([]);
    await this.#tier.stop();
    await this.#options.peers.stop();
  }

  /** Bytes of a source, cut anywhere. @param timeMs at which the last of them were there, ms since 1970 */
  bytes(source: string, bytes: Uint8Array, timeMs: number): void {
    this.#fedAtMs = timeMs;
    this.#tier.feed(source, bytes);
  }

  /** @param timeMs of the sample, ms since 1970 */
  record(source: string, values: Readonly<Record<string, number>>, timeMs: number): void {
    this.#fedAtMs = timeMs;
    this.#tier.feedRecord(source, { timeMs, ...values });
  }

  list(): ProcessorReport[] {
    return this.#tier.list();
  }

  /** What is fed by what. */
  get chain(): readonly ChainProcessor[] {
    return this.#chain;
  }

  /**
   * Another chain, from the next frame on: who stays keeps running, who is new starts with what was kept of
   * it, who is gone is stopped and its slots are kept. It holds over restarts until the site file is changed.
   * @throws ChainError, and what is wrong with the input; the chain stays as it was
   */
  async rearrange(input: unknown): Promise<void> {
    const chain = this.#options.checkChain(input);
    return this.#oneByOne(async () => {
      await this.#tier.rearrange(chain.map(toSpec));
      this.#chain = chain;
      await this.#artifacts.follow(this.#chain, this.#retained.state.removed);
      this.#options.onChain?.(chain);
      await this.#retained.change({ chain });
    });
  }

  /** @throws as `ProcessorTier.deploy` */
  async deploy(
    name: string,
    artifact: Artifact,
    { settings, ...luggage }: Luggage & { readonly settings?: Settings[string] | undefined } = {},
  ): Promise<Deployed> {
    const deployed = await this.#tier.deploy(name, artifact, luggage);
    const { removed, settings: all } = this.#retained.state;
    if (settings) await this.#retained.change({ settings: { ...all, [name]: settings } });
    if (removed.includes(name)) await this.#remove(name, { isBack: true });
    return deployed;
  }

  /** @throws as `ProcessorTier.rollback` */
  rollback(name: string): Promise<void> {
    return this.#tier.rollback(name);
  }

  /** @throws UnknownProcessorError */
  async remove(name: string): Promise<void> {
    await this.#tier.remove(name);
    await this.#remove(name);
  }

  /**
   * Gives a processor with its state and configuration to another tier; it ends here when it runs there.
   * @param to as `Peers.consume`
   * @throws as `ProcessorTier.handOver`, and what the other tier answers: then it goes on here
   */
  async move(name: string, to: string): Promise<Moved> {
    const settings = this.#retained.state.settings[name];
    // Found before anything waits.
    const peer = await this.#options.peers.consume(to);
    let deployed: Deployed | undefined;
    const framesLeft = await this.#tier.handOver(name, async (portable) => {
      deployed = await sendProcessor(peer, name, portable, settings);
      // It runs there now, whatever the disk says: a restart here must not start it again.
      await this.#remove(name).catch((error: unknown) =>
        this.#options.log.error({ processor: name, err: error }, "that it left was not kept"),
      );
    });
    return { ...(deployed as Deployed), to: peer.id ?? to, framesLeft };
  }

  settings(): Settings {
    return this.#retained.state.settings;
  }

  /**
   * Hands a record to an in-port of a processor that runs: live configuration, in force from its next
   * frame on. Fields that are left out stay as they were said to be in force.
   * @throws as `ProcessorTier.hand`
   */
  async configure(name: string, port: string, values: RecordValue): Promise<void> {
    const { settings } = this.#retained.state;
    const wanted = {
      ...(settings[name]?.[port] ?? configured(this.#find(name), this.#tier.processor(name), port)),
      ...values,
    };
    const inForce = this.#tier.hand(name, port, wanted).at(-1) ?? wanted;
    const kept = { ...settings, [name]: { ...settings[name], [port]: inForce } };
    // In force already: nobody waits for the disk.
    Promise.all([
      this.#retained.change({ settings: kept }),
      this.#tier.processor(name).checkpoint(),
    ]).catch((error: unknown) =>
      this.#options.log.error({ processor: name, err: error }, "a setting was not kept"),
    );
  }

  async #remove(name: string, { isBack = false } = {}): Promise<void> {
    const { removed, settings } = this.#retained.state;
    const others = removed.filter((one) => one !== name);
    if (isBack) return this.#retained.change({ removed: others });
    const { [name]: _gone, ...rest } = settings;
    return this.#retained.change({ removed: [...others, name], settings: rest });
  }

  /** The chain that was written at run time, if it still can be. */
  #keptChain(): readonly ChainProcessor[] | undefined {
    const { checkChain, log } = this.#options;
    const { chain } = this.#retained.state;
    if (!chain) return undefined;
    try {
      return checkChain(chain);
    } catch (error) {
      log.error({ err: error }, "the chain that was kept cannot be: the site file's holds");
      return undefined;
    }
  }

  #tick(): void {
    this.#fedAtMs = null;
    this.#tier.tick(this.#options.clock.now());
  }

  async #checkpoint(): Promise<void> {
    for (const [processor, error] of await this.#tier.checkpoint()) {
      this.#options.log.error({ processor, err: error }, "its state was not kept");
    }
  }

  /** The list of trust is read anew: who is revoked now publishes nothing more. */
  #admit(artifact: Artifact, known: Known): Admitted {
    const { version: nodeVersion, clock, trust } = this.#options;
    const limits = { ...DEFAULT_ADMISSION_LIMITS, ...known, nodeVersion, nowMs: clock.now() };
    return admit(artifact, readTrusts(trust), limits);
  }

  #grants(name: string, manifest: Admitted["manifest"]): Grants {
    const { clock, log, surroundings } = this.#options;
    return {
      now: () => clock.now(),
      log: (level, text) => log[level]({ processor: name }, text),
      gpioWrite: (slot, value) => {
        const { gpio = {} } = this.#find(name) ?? {};
        const pin = gpio[manifest.gpio[slot] ?? ""];
        if (!pin) return;
        const { on = 1 } = pin;
        surroundings
          .set(pin.device, pin.parameter, value === 0 ? 0 : on)
          .catch((error: unknown) => {
            log.error({ processor: name, ...pin, err: error }, "a pin was not written");
          });
      },
    };
  }

  #onOutput(output: Output): void {
    const outlet = this.#find(output.processor)?.to[Number(output.sink)];
    const { surroundings, clock, log, onOutput } = this.#options;
    const fedAtMs = this.#fedAtMs;
    const ageMs = fedAtMs === null ? null : Math.max(0, clock.now() - fedAtMs);
    if (outlet) deliver(output, outlet, { surroundings, log, onOutput, ageMs });
  }

  #onEvent(name: string, event: InstallEvent): void {
    const { log, onEvent } = this.#options;
    const isTrouble = ["fault", "stopped", "not-kept", "probation-cut"].includes(event.kind);
    log[isTrouble ? "warn" : "info"]({ processor: name, ...event }, "processor");
    // After the swap, before the next frame: what was set holds for whichever version runs.
    if (event.kind === "swapped") queueMicrotask(() => this.#setAgain(name));
    onEvent(name, event);
  }

  #setAgain(name: string): void {
    for (const [port, record] of Object.entries(this.settings()[name] ?? {})) {
      try {
        this.#tier.hand(name, port, record);
      } catch (error) {
        const { log } = this.#options;
        log.warn({ processor: name, port, err: error }, "a setting does not fit what runs now");
      }
    }
  }

  #find(name: string): ChainProcessor | undefined {
    return this.#chain.find((one) => one.name === name);
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changes.then(work);
    this.#changes = done.catch(() => undefined);
    return done;
  }
}
