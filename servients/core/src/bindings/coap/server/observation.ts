import type { Clock } from "../../../time";
import type { Payload } from "../../payload";
import {
  type Block,
  Code,
  contentFormatOf,
  type Option,
  OptionNumber,
  uintOption,
} from "../message";
import type { Delivery } from "../transport";
import { type Response, response } from "./exchange";
import type { Peer } from "./peer";

export interface ObservationSettings {
  readonly clock: Clock;
  readonly token: Buffer;
  readonly peer: Peer;
  /** Of the Thing that is observed. */
  readonly thingPath: string;
  /** Tells apart what one client can observe. */
  readonly resource: string;
  /** Confirmable notifications, as the client asked with a confirmable request. */
  readonly isConfirmable: boolean;
  /** Names the observed representation for the blocks of a large notification. */
  readonly transferKey: string;
  /** The block size the client asked for with its registration. */
  readonly block: Block | undefined;
  /** Of each affordance only the newest notification waits, as befits a property. */
  readonly keepsNewestOnly: boolean;
  readonly maximumQueued: number;
  readonly maximumQueuedBytes: number;
  readonly outlet: ObservationOutlet;
}

export interface ObservationOutlet {
  /** @returns cancels: nothing is told then */
  confirm(
    observation: Observation,
    notification: Response,
    onDelivery: (delivery: Delivery) => void,
  ): () => void;
  notify(observation: Observation, notification: Response): void;
  firstBlock(observation: Observation, notification: Response): Response;
  awaitsFetch(observation: Observation, isAwaiting: boolean): void;
  skipped(observation: Observation): void;
  /** The client no longer wants, or no longer acknowledges, notifications. */
  lost(observation: Observation): void;
}

interface Queued {
  readonly payload: Payload;
  readonly affordance: string;
  readonly sequence: number;
}

const FIRST_SEQUENCE = 1;
const SEQUENCES = 0x1000000;
/** A client that does not fetch the rest of a large notification holds up the next this long. */
const FETCH_MS = 2_000;
/** A client that gets non-confirmable notifications must confirm one this often (RFC 7641, 4.5). */
const LIVENESS_MS = 30_000;

/**
 * One client's interest in one affordance.
 *
 * Confirmable notifications go one at a time (RFC 7641, section 4.5.1); what comes meanwhile waits,
 * the oldest is skipped when the queue is full. The sequence number counts skipped ones too, so that
 * the client sees the gap.
 */
export class Observation {
  readonly settings: ObservationSettings;
  /** Undoes the subscription at the Thing. */
  unsubscribe: () => void = () => undefined;
  readonly #queue: Queued[] = [];
  #sequence = FIRST_SEQUENCE;
  #state: "opening" | "open" | "ended" = "opening";
  #queuedBytes = 0;
  /** Takes back the notification that waits for its acknowledgement. */
  #cancelDelivery: (() => void) | undefined;
  /** Ends the wait for the client to fetch the blocks of a large notification. */
  #cancelFetch: (() => void) | undefined;
  #confirmedAtMs: number;

  constructor(settings: ObservationSettings) {
    this.settings = settings;
    this.#confirmedAtMs = settings.clock.monotonicMs();
  }

  get hasEnded(): boolean {
    return this.#state === "ended";
  }

  /** The Observe value of the response to a (repeated) registration. */
  registrationOption(isNewState: boolean): Option {
    if (this.#state === "opening") return uintOption(OptionNumber.observe, FIRST_SEQUENCE);
    if (isNewState) this.#sequence = (this.#sequence + 1) % SEQUENCES;
    return uintOption(OptionNumber.observe, this.#sequence);
  }

  /**
   * The response to the registration is out: notifications may follow it.
   * @param isPartial the client has to fetch the rest of it
   */
  open(isPartial: boolean): void {
    if (this.#state !== "opening") return;
    this.#state = "open";
    if (isPartial) this.#awaitFetch();
    this.#pump();
  }

  offer(payload: Payload, affordance: string): void {
    if (this.#state === "ended") return;
    this.#sequence = (this.#sequence + 1) % SEQUENCES;
    if (this.settings.keepsNewestOnly) {
      this.#skip(this.#queue.findIndex((queued) => queued.affordance === affordance));
    }
    this.#queue.push({ payload, affordance, sequence: this.#sequence });
    this.#queuedBytes += payload.body.length;
    const { maximumQueued, maximumQueuedBytes } = this.settings;
    while (
      this.#queue.length > maximumQueued ||
      (this.#queuedBytes > maximumQueuedBytes && this.#queue.length > 1)
    ) {
      this.#skip(0);
    }
    this.#pump();
  }

  /** The client has all blocks of the notification before. */
  fetched(): void {
    if (!this.#cancelFetch) return;
    this.#cancelFetch();
    this.#cancelFetch = undefined;
    this.settings.outlet.awaitsFetch(this, false);
    this.#pump();
  }

  /** Ends without a word to the client. Idempotent. */
  end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#cancelDelivery?.();
    this.fetched();
    this.unsubscribe();
  }

  #skip(position: number): void {
    const [skipped] = position < 0 ? [] : this.#queue.splice(position, 1);
    if (!skipped) return;
    this.#queuedBytes -= skipped.payload.body.length;
    this.settings.outlet.skipped(this);
  }

  #pump(): void {
    while (this.#state === "open" && !this.#cancelDelivery && !this.#cancelFetch) {
      const next = this.#queue.shift();
      if (!next) return;
      this.#queuedBytes -= next.payload.body.length;
      this.#send(next);
    }
  }

  #send(queued: Queued): void {
    const { clock, isConfirmable, outlet } = this.settings;
    const whole = notificationOf(queued);
    const notification = outlet.firstBlock(this, whole);
    // The blocks of the next one would take the place of this one's.
    if (notification.payload.length < whole.payload.length) this.#awaitFetch();
    const isOverdue = clock.monotonicMs() - this.#confirmedAtMs > LIVENESS_MS;
    if (!isConfirmable && !isOverdue) {
      outlet.notify(this, notification);
      return;
    }
    this.#cancelDelivery = outlet.confirm(this, notification, (delivery) =>
      this.#delivered(delivery),
    );
  }

  #awaitFetch(): void {
    const { clock, outlet } = this.settings;
    this.#cancelFetch = clock.schedule(FETCH_MS, () => this.fetched());
    outlet.awaitsFetch(this, true);
  }

  #delivered(delivery: Delivery): void {
    this.#cancelDelivery = undefined;
    if (delivery === "acknowledged") {
      this.#confirmedAtMs = this.settings.clock.monotonicMs();
      this.#pump();
    } else this.settings.outlet.lost(this);
  }
}

function notificationOf({ payload, sequence }: Queued): Response {
  const options = [uintOption(OptionNumber.observe, sequence)];
  const format = payload.body.length > 0 ? contentFormatOf(payload.type) : undefined;
  if (format !== undefined) options.push(uintOption(OptionNumber.contentFormat, format));
  return response(Code.content, options, payload.body);
}
