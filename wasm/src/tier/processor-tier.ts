import { rm } from "node:fs/promises";
import path from "node:path";
import {
  decodeRecords,
  encodeRecord,
  type ManifestBase,
  ManifestError,
  type RecordValue,
} from "../manifest";
import type { Artifact } from "../publish/artifact";
import { type Deployed, type Emission, InstalledProcessor, type Portable } from "../runtime";
import { SlotStore } from "../slots";
import { type ProcessorSpec, type Route, routesOf, sourceOf } from "./chain";
import { ChainError, ProcessorBusyError, UnknownProcessorError } from "./errors";
import { framesOf, inPort, recordFrame } from "./frames";
import type { Luggage, TierOptions } from "./options";
import { type ProcessorReport, reportOf } from "./report";

/**
 * The processors of one tier (a fog node, the processing server) and the chains they form. Whoever owns
 * it feeds bytes or records by source; what comes out goes to the next processors and to sinks.
 */
export class ProcessorTier {
  readonly #options: TierOptions;
  readonly #specs = new Map<string, ProcessorSpec>();
  readonly #installed = new Map<string, InstalledProcessor>();
  /** What came to processors while they are handed over. */
  readonly #held = new Map<string, (() => void)[]>();
  #routes: ReadonlyMap<string, readonly Route[]> = new Map();

  constructor(options: TierOptions) {
    this.#options = options;
  }

  /** Starts what was kept of them. @throws ChainError */
  async start(specs: readonly ProcessorSpec[]): Promise<void> {
    this.#routes = routesOf(specs);
    for (const spec of specs) {
      this.#specs.set(spec.name, spec);
      await this.#open(spec);
    }
  }

  /** Keeps every state once more. */
  async stop(): Promise<void> {
    await Promise.all([...this.#installed.values()].map((one) => one.stop()));
    this.#installed.clear();
  }

  get names(): readonly string[] {
    return [...this.#specs.keys()];
  }

  list(): ProcessorReport[] {
    return this.names.map((name) => reportOf(name, this.#installed.get(name)));
  }

  /**
   * A chain that changes while it runs: processors that stay keep running, new ones start with what was
   * kept of them, those that are gone are stopped, their slots kept.
   * @throws ChainError; the chain stays as it was
   */
  async rearrange(specs: readonly ProcessorSpec[]): Promise<void> {
    const routes = routesOf(specs);
    const wanted = new Set(specs.map(({ name }) => name));
    for (const name of this.names.filter((one) => !wanted.has(one))) {
      await this.#installed.get(name)?.stop();
      this.#installed.delete(name);
      this.#specs.delete(name);
    }
    for (const spec of specs) {
      this.#specs.set(spec.name, spec);
      if (!this.#installed.has(spec.name)) await this.#open(spec);
    }
    this.#routes = routes;
  }

  /** @throws UnknownProcessorError, and what InstalledProcessor.deploy throws */
  async deploy(name: string, artifact: Artifact, luggage: Luggage = {}): Promise<Deployed> {
    const { config, state } = luggage;
    const configOf = (manifest: ManifestBase) => config ?? this.#configOf(name, manifest);
    return this.#find(name).deploy(artifact, configOf, state);
  }

  /**
   * Gives a processor to another tier, between two frames: what comes to it meanwhile waits. When
   * `give` has ended it is removed here; when that fails it goes on, with what has waited.
   * @returns how many frames came too late to go with it
   * @throws UnknownProcessorError, NotInstalledError, VersionRefusedError, ProcessorBusyError, and what
   * `give` throws
   */
  async handOver(name: string, give: (portable: Portable) => Promise<void>): Promise<number> {
    const installed = this.#find(name);
    if (this.#held.has(name)) throw new ProcessorBusyError(name);
    const waiting: (() => void)[] = [];
    this.#held.set(name, waiting);
    let isGiven = false;
    try {
      await installed.handOver(give);
      isGiven = true;
      await this.remove(name);
      return waiting.length;
    } finally {
      this.#held.delete(name);
      if (!isGiven) for (const frame of waiting) frame();
    }
  }

  /** @throws UnknownProcessorError, NotInstalledError, VersionRefusedError */
  rollback(name: string): Promise<void> {
    return this.#find(name).rollback();
  }

  /** Stops it and forgets what was kept of it; its place in the chain stays. @throws UnknownProcessorError */
  async remove(name: string): Promise<void> {
    await this.#find(name).stop();
    const spec = this.#specs.get(name) as ProcessorSpec;
    await rm(path.join(this.#options.folder, name), { recursive: true, force: true });
    await this.#open(spec);
  }

  /** @throws UnknownProcessorError */
  processor(name: string): InstalledProcessor {
    return this.#find(name);
  }

  /** Bytes of a source, cut anywhere; whole records where the port has a record. */
  feed(source: string, bytes: Uint8Array): void {
    for (const route of this.#routes.get(source) ?? []) {
      // What has to wait is not to change in its owner's hands.
      const kept = this.#held.has(route.processor) ? bytes.slice() : bytes;
      this.#attempt(route.processor, (manifest) => {
        const port = inPort(route.processor, manifest, route.port);
        return { port: port.index, frames: framesOf(kept, port) };
      });
    }
  }

  /** A record by names. */
  feedRecord(source: string, values: RecordValue): void {
    for (const route of this.#routes.get(source) ?? []) {
      this.#attempt(route.processor, (manifest) => {
        const port = inPort(route.processor, manifest, route.port);
        return { port: port.index, frames: [recordFrame(manifest, port, values, route.fields)] };
      });
    }
  }

  /**
   * One record to an in-port, past the chain: live configuration.
   * @returns what came out of ports of the same record
   * @throws UnknownProcessorError, NotInstalledError, ChainError, ManifestError, ProcessorBusyError
   */
  hand(name: string, port: string, values: RecordValue): RecordValue[] {
    const installed = this.#find(name);
    if (this.#held.has(name)) throw new ProcessorBusyError(name);
    const { manifest } = installed;
    const at = inPort(name, manifest, port);
    const schema = manifest.ports.in[at.index]?.schema ?? "";
    // Strictly: a field that is misspelt would otherwise be said to be in force.
    const frame = encodeRecord(manifest.records[schema] ?? [], values, `${name} ${port}`);
    const { emissions, code } = installed.process(at.index, frame);
    if (code < 0) {
      const wanted = `a record that ${name} takes; it answered ${code}`;
      throw new ManifestError(`${name} ${port}`, [{ path: "", got: values, wanted }]);
    }
    this.#emit(name, manifest, emissions);
    return emissions
      .filter((emission) => manifest.ports.out[emission.port]?.schema === schema)
      .flatMap(({ bytes }) => decodeRecords(manifest.records[schema] ?? [], bytes));
  }

  /** Keeps every state as of now. @returns names of those that the disk did not take, with its errors */
  async checkpoint(): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    for (const [name, installed] of this.#installed) {
      await installed.checkpoint().catch((error: unknown) => failed.set(name, error));
    }
    return failed;
  }

  /** Whether anything is fed from a source. */
  hasRoute(source: string): boolean {
    return this.#routes.has(source);
  }

  /** @param nowMs ms since 1970 */
  tick(nowMs: number): void {
    for (const [name, installed] of this.#installed) {
      const { hosted } = installed;
      if (!hosted?.active.hasTick || hosted.status === "stopped" || this.#held.has(name)) continue;
      try {
        this.#emit(name, hosted.active.manifest, installed.tick(nowMs).emissions);
      } catch (error) {
        this.#options.onLost(name, error);
      }
    }
  }

  #attempt(
    name: string,
    framed: (manifest: ManifestBase) => { readonly port: number; readonly frames: Uint8Array[] },
  ): void {
    const held = this.#held.get(name);
    if (held) {
      held.push(() => this.#attempt(name, framed));
      return;
    }
    try {
      const installed = this.#find(name);
      const { port, frames } = framed(installed.manifest);
      for (const { emissions } of installed.processAll(port, frames)) {
        // The manifest of who sent it: a version that failed on the frame is replaced by now.
        this.#emit(name, installed.manifest, emissions);
      }
    } catch (error) {
      this.#options.onLost(name, error);
    }
  }

  #emit(name: string, manifest: ManifestBase, emissions: readonly Emission[]): void {
    for (const { port, bytes } of emissions) {
      const out = manifest.ports.out[port];
      if (!out) continue;
      this.feed(sourceOf(name, out.name), bytes);
      for (const { port: wanted, sink } of this.#specs.get(name)?.to ?? []) {
        if (wanted !== out.name) continue;
        const fields = manifest.records[out.schema];
        const records = (): RecordValue[] => (fields ? decodeRecords(fields, bytes) : []);
        this.#options.onOutput({ processor: name, port: out.name, sink, bytes, records });
      }
    }
  }

  async #open(spec: ProcessorSpec): Promise<void> {
    const { folder, admit, start, clock, probation, faultLimit, deadlineMs } = this.#options;
    const installed = new InstalledProcessor({
      name: spec.name,
      store: new SlotStore(path.join(folder, spec.name)),
      clock,
      admit,
      start: (admitted, config) => start(spec, admitted, config),
      ...(probation ? { probation } : {}),
      ...(faultLimit ? { faultLimit } : {}),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      onEvent: (event) => this.#options.onEvent(spec.name, event),
    });
    this.#installed.set(spec.name, installed);
    // One whose signer is revoked by now must not keep the others from running.
    await installed.open().catch((error) => this.#options.onNotStarted(spec.name, error));
  }

  /** @throws ChainError, ManifestError */
  #configOf(name: string, manifest: ManifestBase): Uint8Array {
    const values = this.#specs.get(name)?.config ?? {};
    const fields = manifest.config === null ? undefined : manifest.records[manifest.config];
    if (fields) return encodeRecord(fields, values, `config of ${name}`);
    if (Object.keys(values).length > 0) throw new ChainError(name, "takes no configuration");
    return new Uint8Array(0);
  }

  #find(name: string): InstalledProcessor {
    const installed = this.#installed.get(name);
    if (!installed) throw new UnknownProcessorError(name, this.names);
    return installed;
  }
}
