import { createRng, DeviceTimeoutError, Link, NotFoundError, systemClock } from "@fogwot/core/base";
import type {
  DeviceState,
  Driver,
  DriverData,
  DriverReply,
  DriverRequest,
} from "../drivers/driver";

/** A driver without a radio: answers what it is told to, at once or never. */
export class FakeDriver implements Driver {
  readonly counters: Record<string, number> = { malformed: 3 };
  readonly asked: { readonly id: string; readonly request: DriverRequest }[] = [];
  isSilent = false;
  failWith: Error | null = null;
  temperature = 21;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<(data: DriverData) => void>();
  readonly #filter = new Link({ settings: {}, rng: createRng(1, "fake"), clock: systemClock });

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopping.abort();
  }

  devices(): readonly DeviceState[] {
    return [
      { id: "a", status: "online", lastSeenMs: 1_000, lastReading: null, parameters: {} },
      { id: "b", status: "offline", lastSeenMs: null, lastReading: null, parameters: {} },
    ];
  }

  async query(
    id: string,
    request: DriverRequest,
    { timeoutMs }: { readonly timeoutMs: number },
  ): Promise<DriverReply> {
    this.asked.push({ id, request });
    if (!["a", "b"].includes(id)) throw new NotFoundError(`device ${id}`);
    if (this.failWith) throw this.failWith;
    if (this.isSilent) {
      await systemClock.sleep(timeoutMs, this.#stopping.signal).catch(() => undefined);
      throw new DeviceTimeoutError(id, timeoutMs);
    }
    if (request.op !== "read") return { deviceRttMs: 1.5 };
    const values = { temperature: this.temperature, relativeHumidity: 45 };
    return { reading: { values, timestampMs: 1_700_000_000_000, ageMs: 40 }, deviceRttMs: 2.5 };
  }

  onData(listener: (data: DriverData) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  say(data: DriverData): void {
    for (const listener of this.#listeners) listener(data);
  }

  filter(id: string): Link {
    if (!["a", "b"].includes(id)) throw new NotFoundError(`device ${id}`);
    return this.#filter;
  }
}
