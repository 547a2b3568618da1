import { createHash } from "node:crypto";
import { type Clock, InteractionError, type Logger } from "@fogwot/core";
import { type JsonRequest, requestJson } from "./json-request";

type Headers = Readonly<Record<string, string>>;

export interface RegisteredThing {
  readonly id: string;
  readonly td: object;
  readonly state?: ThingState;
}

/** What the directory shall say of a Thing beside its description. */
export interface ThingState {
  readonly availability: "online" | "degraded" | "offline";
  /** When it was heard last, ms since 1970; null: never. */
  readonly lastSeenMs: number | null;
}

export interface RegistrationOptions {
  /** The directory's `/things`. */
  readonly url: string;
  /** Proves to the directory who asks. */
  readonly proof: { readonly headers: Headers; readonly query: Headers };
  /** Certificates to trust instead of those Node comes with, PEM. */
  readonly ca?: string;
  /** Asked for at every refresh. */
  readonly descriptions: () => readonly RegisteredThing[];
  readonly clock: Clock;
  readonly log: Logger;
  /** @default 30 000 ms */
  readonly refreshMs?: number;
  /** @default first 200 ms, doubled up to 5 000 ms */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
}

/** Changes of state within this time are told together. */
const GATHER_MS = 200;
const REQUEST_LIMIT_MS = 5_000;
/** `fogwot up` has three seconds for everything. */
const LEAVE_LIMIT_MS = 700;

/**
 * Keeps the node's Things in the directory: put at once, renewed before their lifetime ends, with
 * back-off while the directory is away, and taken out at the end. Renewing is a small patch with the
 * Thing's state; a directory that has lost the Thing, or has another description, gets it anew.
 *
 * @see W3C WoT Discovery, section 7.3.2.1 (registration.ttl)
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #refreshMs: number;
  /** Digest of the description that the directory has, by id. */
  readonly #registered = new Map<string, string>();
  readonly #changed = new Set<string>();
  #cancelGathering: (() => void) | undefined;
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
    this.#cancelGathering?.();
    const ids = [...this.#registered.keys()];
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

  /** The state of a Thing is another: the directory is told soon. */
  stateChanged(id: string): void {
    if (!this.#isRunning) return;
    this.#changed.add(id);
    this.#cancelGathering ??= this.#options.clock.schedule(GATHER_MS, () => {
      this.#cancelGathering = undefined;
      const changed = this.#options.descriptions().filter((thing) => this.#changed.has(thing.id));
      this.#changed.clear();
      for (const thing of changed) {
        // What does not arrive is told at the next refresh.
        this.#renew(thing).catch((error: unknown) => {
          this.#options.log.debug({ err: error, thing: thing.id }, "a state was not told");
        });
      }
    });
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
        await Promise.all(batch.map((thing) => this.#renew(thing)));
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

  async #renew({ id, td, state }: RegisteredThing): Promise<void> {
    const registration = {
      // Three refreshes may fail before a Thing leaves the directory.
      ttl: (this.#refreshMs * 3) / 1_000,
      ...(state ? stateMembers(state) : {}),
    };
    const digest = createHash("sha256").update(JSON.stringify(td)).digest("base64");
    if (this.#registered.get(id) === digest) {
      try {
        await this.#request("PATCH", id, { registration });
        return;
      } catch (error) {
        // It was restarted without its data, or took the Thing out.
        if (!(error instanceof InteractionError) || error.status !== 404) throw error;
      }
    }
    await this.#request("PUT", id, { ...td, registration });
    if (this.#isRunning) this.#registered.set(id, digest);
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
      ...(td ? { body: { type: TYPES[method], value: td } } : {}),
      timeoutMs: method === "DELETE" ? LEAVE_LIMIT_MS : REQUEST_LIMIT_MS,
    });
  }
}

const TYPES = {
  PUT: "application/td+json",
  PATCH: "application/merge-patch+json",
  DELETE: "application/json",
} as const;

function stateMembers({ availability, lastSeenMs }: ThingState): object {
  return {
    "fog:availability": availability,
    // A node that has just started knows less than the directory, which keeps what it has.
    ...(lastSeenMs === null ? {} : { "fog:lastSeen": new Date(lastSeenMs).toISOString() }),
  };
}

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
