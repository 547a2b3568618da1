import type { StateImage } from "../state";
import { Counters, type ProcessorFigures } from "./counters";
import { DeadlineError, withDeadline } from "./deadline";
import { ProcessorFaultError, ProcessorStoppedError, VersionRefusedError } from "./fault";
import {
  DEFAULT_FAULT_LIMIT,
  DEFAULT_PROBATION,
  type HostedOptions,
  type ProcessorEvent,
  type SwapReason,
} from "./options";
import type { CallResult, RunningVersion } from "./running-version";
import { handOverState, type StateHandOver } from "./swap";

export type HostedStatus = "probation" | "confirmed" | "stopped";

/**
 * One processor on one node: the version that runs, the one before it kept warm with the state it had,
 * and what happens between them. Frames go in one after the other and none is lost over a swap: a swap
 * falls between two frames, and a frame on which a version faults is given to the one that takes over.
 *
 * ```ts
 * const hosted = new HostedProcessor({ name: "collision", clock }, first);
 * const { emissions } = hosted.process(0, frame);
 * hosted.swap(second);                       // state handed over; on probation
 * ```
 */
export class HostedProcessor {
  readonly #options: HostedOptions;
  readonly #counters = new Counters();
  readonly #failed = new Set<string>();
  #active: RunningVersion;
  #warm: RunningVersion | undefined;
  #status: HostedStatus = "confirmed";
  #framesOfVersion = 0;
  #sinceMs = 0;
  #faultTimesMs: number[] = [];
  #checkpoint: StateImage | undefined;

  /** @param warm the version before it, of an earlier life of the node */
  constructor(options: HostedOptions, first: RunningVersion, warm?: RunningVersion) {
    this.#options = options;
    this.#active = first;
    this.#warm = warm;
  }

  get name(): string {
    return this.#options.name;
  }

  get active(): RunningVersion {
    return this.#active;
  }

  /** What a rollback goes back to. */
  get previous(): RunningVersion | undefined {
    return this.#warm;
  }

  get status(): HostedStatus {
    return this.#status;
  }

  get failedWasmSha256(): readonly string[] {
    return [...this.#failed];
  }

  figures(): ProcessorFigures {
    return this.#counters.figures();
  }

  /**
   * @returns what the processor made of the frame; a version that faults on it is replaced first
   * @throws ProcessorStoppedError when no version is left; the frame is counted as dropped
   */
  process(port: number, frame: Uint8Array): CallResult {
    return this.#calls(1, (version) => version.process(port, frame))[0] as CallResult;
  }

  /** Many frames behind one deadline. @throws as `process`; what came before is lost to the caller */
  processAll(port: number, frames: readonly Uint8Array[]): CallResult[] {
    return this.#calls(frames.length, (version, index) =>
      version.process(port, frames[index] as Uint8Array),
    );
  }

  /** Time-driven output. @throws as `process` */
  tick(nowMs: number): CallResult {
    return this.#calls(1, (version) => version.tick(nowMs))[0] as CallResult;
  }

  /**
   * Replaces the active version between two frames, with its state; the old one stays warm.
   * @param next after init
   * @param given it has its state already
   * @throws VersionRefusedError when it has failed here before; ProcessorFaultError when it faults on
   * the state it is handed: everything stays as it was
   */
  swap(next: RunningVersion, given?: StateHandOver): StateHandOver {
    if (this.#failed.has(next.wasmSha256)) {
      throw new VersionRefusedError(this.name, next.wasmSha256, "has failed on this node");
    }
    const beganMs = this.#now();
    const state =
      given ?? (this.#status === "stopped" ? "cold" : handOverState(this.#active, next));
    // One that is still on probation is nothing to fall back to.
    const warm = this.#status === "confirmed" ? this.#active : this.#warm;
    this.#replace(next, "deployed", state, beganMs, warm);
    this.#status = "probation";
    return state;
  }

  /**
   * Back to the version before, with the state it had when it was replaced.
   * @throws VersionRefusedError when there is none
   */
  rollback(): void {
    if (!this.#warm) {
      throw new VersionRefusedError(this.name, this.#active.wasmSha256, "has none before it");
    }
    this.#takeBack("rolled-back");
  }

  /** The state as of now, which the version goes on from when it has to be started again. */
  checkpoint(): StateImage {
    this.#checkpoint = this.#active.image();
    return this.#checkpoint;
  }

  /** A version that was committed to disk as failed is not taken again. */
  refuse(wasmSha256: string): void {
    this.#failed.add(wasmSha256);
  }

  /**
   * `count` calls one after the other; each either has a result, or is given to the version that takes
   * over, or has none and is counted as dropped.
   */
  #calls(
    count: number,
    call: (version: RunningVersion, index: number) => CallResult,
  ): CallResult[] {
    const results: CallResult[] = [];
    const rest = (): void => {
      while (results.length < count) {
        const beganMs = this.#now();
        const result = call(this.#active, results.length);
        const endedMs = this.#now();
        results.push(result);
        this.#counters.called(result, endedMs - beganMs);
        if (this.#status === "probation") this.#watch(endedMs);
      }
    };
    while (results.length < count) {
      if (this.#status === "stopped") {
        for (let left = results.length; left < count; left++) this.#counters.dropped();
        throw new ProcessorStoppedError(this.name, this.#faultTimesMs.length);
      }
      try {
        this.#guarded(rest);
      } catch (error) {
        const fault = this.#faultOf(error);
        if (!fault) throw error;
        if (this.#recover(fault)) continue;
        this.#counters.dropped();
        results.push(NOTHING);
      }
    }
    return results;
  }

  #guarded(work: () => void): void {
    const { deadlineMs } = this.#options;
    if (deadlineMs === undefined) work();
    else withDeadline(deadlineMs, work);
  }

  #faultOf(error: unknown): ProcessorFaultError | undefined {
    if (error instanceof ProcessorFaultError) return error;
    if (!(error instanceof DeadlineError)) return undefined;
    return new ProcessorFaultError(this.name, "deadline", error.message, { cause: error });
  }

  /** @returns whether the frame is to be given to the version that is active now */
  #recover(fault: ProcessorFaultError): boolean {
    const { wasmSha256 } = this.#active;
    this.#counters.faulted(fault.kind);
    this.#tell({ kind: "fault", fault: fault.kind, wasmSha256, message: fault.message });
    if (this.#warm) {
      this.#failed.add(wasmSha256);
      this.#takeBack("fault");
      return true;
    }
    const { faults, windowMs } = this.#options.faultLimit ?? DEFAULT_FAULT_LIMIT;
    const nowMs = this.#now();
    this.#faultTimesMs = [...this.#faultTimesMs.filter((at) => nowMs - at < windowMs), nowMs];
    if (this.#faultTimesMs.length > faults) {
      this.#status = "stopped";
      this.#tell({ kind: "stopped", wasmSha256 });
      return false;
    }
    // It is alone: it goes on from its last checkpoint, without the frame that broke it.
    this.#active = this.#active.renew();
    if (this.#checkpoint) this.#active.restore(this.#checkpoint);
    this.#tell({ kind: "restarted", wasmSha256 });
    return false;
  }

  #takeBack(reason: SwapReason): void {
    const beganMs = this.#now();
    const warm = this.#warm as RunningVersion;
    this.#counters.rolledBack();
    this.#replace(warm, reason, "image", beganMs, undefined);
    this.#status = "confirmed";
  }

  #replace(
    next: RunningVersion,
    reason: SwapReason,
    state: StateHandOver,
    beganMs: number,
    warm: RunningVersion | undefined,
  ): void {
    const from = this.#active.wasmSha256;
    this.#warm = warm;
    this.#active = next;
    this.#checkpoint = undefined;
    this.#framesOfVersion = 0;
    this.#sinceMs = this.#now();
    const pauseMs = this.#sinceMs - beganMs;
    this.#counters.swapped(pauseMs);
    this.#tell({ kind: "swapped", reason, from, to: next.wasmSha256, state, pauseMs });
  }

  #watch(nowMs: number): void {
    const { frames, durationMs } = this.#options.probation ?? DEFAULT_PROBATION;
    this.#framesOfVersion++;
    if (this.#framesOfVersion < frames || nowMs - this.#sinceMs < durationMs) return;
    this.#status = "confirmed";
    this.#tell({ kind: "confirmed", wasmSha256: this.#active.wasmSha256 });
  }

  #now(): number {
    return this.#options.clock.monotonicMs();
  }

  #tell(event: ProcessorEvent): void {
    this.#options.onEvent?.(event);
  }
}

const NOTHING: CallResult = { emissions: [], code: 0, fuelUsed: 0 };
