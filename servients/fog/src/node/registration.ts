import { type Clock, InteractionError, type Logger } from "@fogwot/core";
import { type JsonRequest, requestJson } from "./json-request";

type Headers = Readonly<Record<string, string>>;

export interface RegistrationOptions {
  /** The directory's `/things`. */
  readonly url: string;
  /** Proves to the directory who asks. */
  readonly proof: { readonly headers: Headers; readonly query: Headers };
  /** Certificates to trust instead of those Node comes with, PEM. */
  readonly ca?: string;
  /** Asked for at every refresh. */
  readonly descriptions: () => readonly { readonly id: string; readonly td: object }[];
  readonly clock: Clock;
  readonly log: Logger;
  /** @default 30 000 ms */
  readonly refreshMs?: number;
  /** @default first 200 ms, doubled up to 5 000 ms */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

const REQUEST_LIMIT_MS = 5_000;
/** `fogwot up` has three seconds for everything. */
const LEAVE_LIMIT_MS = 700;

/**
 * Keeps the node's Things in the directory: put at once, again before their lifetime ends, with
 * back-off while the directory is away, and taken out at the end.
 *
 * @see W3C WoT Discovery, section 7.3.2.1 (registration.ttl)
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #refreshMs: number;
  readonly #registered = new Set<string>();
  #cancel: (() => void) | undefined;
  #delayMs = 0;
  #isRunning = false;
  #isAway = false;
  #isRefreshing = false;
  #isStale = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#refreshMs = options.refreshMs ?? 30_000;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#refresh();
  }

  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#cancel?.();
    const ids = [...this.#registered];
    this.#registered.clear();
    const left = await Promise.allSettled(ids.map((id) => this.#request("DELETE", id)));
    const failed = left.filter(({ status }) => status === "rejected").length;
    // They leave by themselves when their lifetime is over.
    if (failed > 0) this.#options.log.info({ failed }, "Things left in the directory");
  }

  /** A Thing has come, or is described anew: the directory is told now. */
  refresh(): void {
    if (!this.#isRunning) return;
    // While a refresh is under way, another follows it at once.
    if (this.#isRefreshing) this.#isStale = true;
    else {
      this.#cancel?.();
      void this.#refresh();
    }
  }

  /** A Thing has gone. What the directory does not hear leaves it with its lifetime. */
  async remove(id: string): Promise<void> {
    if (!this.#isRunning || !this.#registered.delete(id)) return;
    try {
      await this.#request("DELETE", id);
    } catch (error) {
      this.#options.log.info({ err: error, thing: id }, "a Thing left in the directory");
    }
  }

  async #refresh(): Promise<void> {
    const { log, backoff = { firstMs: 200, maxMs: 5_000 } } = this.#options;
    this.#isRefreshing = true;
    this.#isStale = false;
    try {
      // One after the other would let the first of many expire; all at once is a stampede.
      for (const batch of batches(this.#options.descriptions(), 8)) {
        await Promise.all(batch.map(({ id, td }) => this.#put(id, td)));
      }
      if (this.#isAway) log.info("registered at the directory again");
      this.#isAway = false;
      this.#delayMs = 0;
      this.#again(this.#isStale ? 0 : this.#refreshMs);
    } catch (error) {
      // Said once, not at every try.
      const wasAway = this.#isAway;
      this.#isAway = true;
      const isRefused = error instanceof InteractionError;
      if (!wasAway) log[isRefused ? "error" : "warn"]({ err: error }, "not registered, trying on");
      this.#delayMs = Math.min(backoff.maxMs, Math.max(backoff.firstMs, this.#delayMs * 2));
      this.#again(this.#delayMs);
    } finally {
      this.#isRefreshing = false;
    }
  }

  async #put(id: string, td: object): Promise<void> {
    // Three refreshes may fail before a Thing leaves the directory.
    const ttl = (this.#refreshMs * 3) / 1_000;
    await this.#request("PUT", id, { ...td, registration: { ttl } });
    this.#registered.add(id);
  }

  #again(delayMs: number): void {
    if (!this.#isRunning) return;
    this.#cancel = this.#options.clock.schedule(delayMs, () => void this.#refresh());
  }

  #request(method: JsonRequest["method"], id: string, td?: object): Promise<number> {
    const { url, proof, ca } = this.#options;
    return requestJson({
      method,
      url: `${url.replace(/\/$/, "")}/${encodeURIComponent(id)}`,
      headers: proof.headers,
      secretQuery: proof.query,
      ...(ca === undefined ? {} : { ca }),
      ...(td ? { body: { type: "application/td+json", value: td } } : {}),
      timeoutMs: method === "DELETE" ? LEAVE_LIMIT_MS : REQUEST_LIMIT_MS,
    });
  }
}

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
