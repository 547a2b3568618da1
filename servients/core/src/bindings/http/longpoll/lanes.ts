import type { IncomingMessage } from "node:http";

/** How far one polling client has got. */
export interface Lane {
  /** The last notification it has been given. */
  sequence: number;
  /** A request of it is being answered, or waits. */
  busy: boolean;
  /** When it was last certain that a client is behind it and no other, monotonic ms. */
  provenMs: number;
}

/** How long a lane is believed in without a proof. */
const BELIEVED_MS = 5000;
const MAX_LANES = 64;
const MAX_CLIENTS = 1024;

/**
 * Remembers how far clients have got that poll without a cursor, as node-wot's own client does.
 *
 * They are told apart by address and user agent. Several alike behind one address are answered
 * together and come back in that order, so each gets the lane that has been free the longest. One
 * that went away between two polls leaves a lane that another would take for its own and get
 * everything twice: so a lane that was never busy together with another for a while is given up.
 */
export class Lanes {
  /** Each client's lanes in the order of their answers. */
  readonly #clients = new Map<string, Lane[]>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** A client shook hands (HEAD): what follows is for it. */
  begin(request: IncomingMessage, sequence: number): void {
    this.#add(clientOf(request), sequence);
  }

  /** The lane of a client whose request begins to wait. */
  take(request: IncomingMessage, sequence: number): Lane {
    const client = clientOf(request);
    const known = this.#clients.get(client) ?? [];
    const oldestMs = this.#nowMs() - BELIEVED_MS;
    const free = known.filter(({ busy }) => !busy);
    const believed = free.find(({ provenMs }) => provenMs > oldestMs);
    const lane = believed ?? free.at(-1) ?? this.#add(client, sequence);
    lane.busy = true;
    const lanes = this.#clients.get(client) ?? [];
    const busy = lanes.filter((one) => one.busy);
    // Requests at the same time are of different clients; a single lane cannot be another's.
    if (busy.length > 1 || lanes.length === 1) {
      for (const one of busy) one.provenMs = this.#nowMs();
    }
    this.#clients.set(
      client,
      lanes.filter((one) => one.busy || one.provenMs > oldestMs),
    );
    return lane;
  }

  /** The client was answered; it will be back. */
  answered(request: IncomingMessage, lane: Lane, sequence: number): void {
    lane.sequence = sequence;
    lane.busy = false;
    const lanes = this.#clients.get(clientOf(request));
    const place = lanes?.indexOf(lane) ?? -1;
    if (lanes && place >= 0) lanes.push(...lanes.splice(place, 1));
  }

  /** The client went while it waited. */
  drop(request: IncomingMessage, lane: Lane): void {
    const client = clientOf(request);
    const lanes = this.#clients.get(client)?.filter((other) => other !== lane) ?? [];
    if (lanes.length > 0) this.#clients.set(client, lanes);
    else this.#clients.delete(client);
  }

  clear(): void {
    this.#clients.clear();
  }

  #add(client: string, sequence: number): Lane {
    const lane: Lane = { sequence, busy: false, provenMs: this.#nowMs() };
    const lanes = this.#clients.get(client) ?? [];
    const [oldestClient] = this.#clients.keys();
    if (this.#clients.size >= MAX_CLIENTS && oldestClient) this.#clients.delete(oldestClient);
    this.#clients.set(client, [...lanes, lane].slice(-MAX_LANES));
    return lane;
  }
}

function clientOf({ socket, headers }: IncomingMessage): string {
  return `${socket.remoteAddress} ${headers["user-agent"] ?? ""}`;
}
