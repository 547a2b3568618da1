/** The world's time, as a parameter. All durations in milliseconds. */
export interface Clock {
  /** Wall-clock time, ms since 1970-01-01T00:00Z. */
  now(): number;
  /** Monotonic time in ms with sub-millisecond resolution; only differences mean something. */
  monotonicMs(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
  /** Calls back after `delayMs`; the result cancels. */
  schedule(delayMs: number, callback: () => void): () => void;
}
