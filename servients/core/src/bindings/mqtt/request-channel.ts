import type { IPublishPacket } from "mqtt";
import {
  FogwotError,
  InteractionAbortedError,
  InteractionError,
  InteractionTimeoutError,
  isProblemDetails,
  UnreachableError,
} from "../../errors";
import type { Clock } from "../../time";
import { refuseAborted } from "../limits";
import { JSON_TYPE, type Payload } from "../payload";
import type { BrokerConnection } from "./connection";
import { NO_MATCHING_SUBSCRIBERS, PROBLEM_TYPE } from "./constants";
import type { Qos } from "./outbox";
import type { PublishProperties } from "./publish-packet";
import { CORRELATION } from "./topics";

/** One request as a form describes it: topics with `{corr}`. */
export interface RequestCall {
  readonly requestTopic: string;
  readonly responseTopic: string;
  readonly errorTopic: string;
  readonly qos: Qos;
  readonly payload: Payload | undefined;
  readonly timeoutMs: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
  /** Media type of an answer that names none. */
  readonly answerType: string;
}

interface Pending {
  readonly call: RequestCall;
  isSent: boolean;
  readonly settle: (result: Payload | Error) => void;
}

/** Answer subscriptions kept at the most; the ones that rested longest are given up. */
const MAX_ANSWER_SUBSCRIPTIONS = 1024;

/**
 * Requests and their answers over one connection.
 *
 * Every request's correlation is `<client>/<number>`, so that one subscription per affordance,
 * `…/response/<client>/+`, made at its first use, serves all later ones: a request costs one
 * message each way. Topics carry the correlation over MQTT 5 as well, because the Servient may
 * be a 3.1.1 client of the same broker.
 */
export class RequestChannel {
  readonly counters = { requests: 0, answers: 0, late: 0 };
  readonly #connection: BrokerConnection;
  readonly #clock: Clock;
  readonly #client: string;
  /** What every answer's topic has in it. */
  readonly #mark: string;
  readonly #pending = new Map<string, Pending>();
  /** Response topic template → its subscription; in the order of last use. */
  readonly #subscribed = new Map<
    string,
    { filters: string[]; granted: Promise<void>; isGranted: boolean }
  >();
  #sequence = 0;

  /** @param client topic levels that no other client has */
  constructor(connection: BrokerConnection, clock: Clock, client: string) {
    this.#connection = connection;
    this.#clock = clock;
    this.#client = client;
    this.#mark = `/${client}/`;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** @throws InteractionError, InteractionTimeoutError, UnreachableError, InteractionAbortedError */
  request(call: RequestCall): Promise<Payload> {
    const { signal } = call;
    return new Promise((resolve, reject) => {
      if (signal) refuseAborted(this.#href(call), signal);
      const number = `${++this.#sequence}`;
      const cancel = this.#clock.schedule(call.timeoutMs, () =>
        pending.settle(this.#timeout(pending)),
      );
      const onAbort = () => {
        const { reason: cause } = signal ?? {};
        pending.settle(new InteractionAbortedError(this.#href(call), { cause }));
      };
      const pending: Pending = {
        call,
        isSent: false,
        settle: (result) => {
          if (!this.#pending.delete(number)) return;
          cancel();
          signal?.removeEventListener("abort", onAbort);
          if (result instanceof Error) reject(result);
          else resolve(result);
        },
      };
      this.#pending.set(number, pending);
      signal?.addEventListener("abort", onAbort, { once: true });
      this.counters.requests++;
      this.#send(pending, number);
    });
  }

  /** @returns whether the message is an answer to this channel, late ones included */
  onMessage(topic: string, payload: Buffer, packet: IPublishPacket): boolean {
    const start = topic.lastIndexOf(this.#mark) + 1;
    if (start === 0) return false;
    const from = start + this.#client.length + 1;
    const slash = topic.indexOf("/", from);
    const end = slash < 0 ? topic.length : slash;
    const pending = this.#pending.get(topic.slice(from, end));
    const correlation = topic.slice(start, end);
    const isOutput = pending && topic === fill(pending.call.responseTopic, correlation);
    const isError = pending && !isOutput && topic === fill(pending.call.errorTopic, correlation);
    if (!isOutput && !isError) {
      this.counters.late++;
      return true;
    }
    this.counters.answers++;
    const { call } = pending;
    const failed = isError || packet.properties?.userProperties?.error !== undefined;
    if (failed) pending.settle(problemError(this.#href(call), payload));
    else pending.settle({ type: packet.properties?.contentType ?? call.answerType, body: payload });
    return true;
  }

  /** The connection went: no answer to what was sent can come any more. */
  onLost(): void {
    for (const pending of [...this.#pending.values()]) {
      if (pending.isSent) {
        const href = this.#href(pending.call);
        pending.settle(new UnreachableError(href, "the connection to the broker was lost"));
      }
    }
  }

  close(): void {
    for (const pending of [...this.#pending.values()]) {
      pending.settle(new UnreachableError(this.#href(pending.call), "the client was stopped"));
    }
    this.#subscribed.clear();
  }

  /** What errors name: the broker and the request's topic without the correlation. */
  #href({ requestTopic }: RequestCall): string {
    return `${this.#connection.href}/${requestTopic.replace(/\/[^/]*\{corr\}.*$/, "")}`;
  }

  #send(pending: Pending, number: string): void {
    const subscription = this.#subscription(pending.call);
    if (this.#connection.isReady && subscription.isGranted) {
      this.#publish(pending, number);
      return;
    }
    this.#connection
      .whenReady(pending.call.timeoutMs, pending.call.signal)
      .then(() => subscription.granted)
      .then(() => {
        if (this.#pending.has(number)) this.#publish(pending, number);
      })
      .catch((error: unknown) => pending.settle(asError(this.#href(pending.call), error)));
  }

  #publish(pending: Pending, number: string): void {
    const { call } = pending;
    const { payload, qos } = call;
    pending.isSent = true;
    this.#connection.outbox.publish({
      topic: fill(call.requestTopic, `${this.#client}/${number}`),
      payload: payload?.body ?? "",
      qos,
      perishable: true,
      properties: propertiesOf(call),
      onResult: (error, reasonCode) => {
        if (error) pending.settle(asError(this.#href(call), error));
        else if (reasonCode === NO_MATCHING_SUBSCRIBERS) {
          pending.settle(
            new UnreachableError(this.#href(call), "no Servient listens at the broker"),
          );
        }
      },
    });
  }

  #subscription(call: RequestCall) {
    const known = this.#subscribed.get(call.responseTopic);
    if (known) {
      if (this.#subscribed.size > MAX_ANSWER_SUBSCRIPTIONS / 2) {
        this.#subscribed.delete(call.responseTopic);
        this.#subscribed.set(call.responseTopic, known);
      }
      return known;
    }
    const templates = new Set([call.responseTopic, call.errorTopic]);
    const filters = [...templates].map((template) => fill(template, `${this.#client}/+`));
    const granted = this.#connection.subscriptions.subscribe(filters, { qos: call.qos });
    const subscription = { filters, granted, isGranted: false };
    this.#subscribed.set(call.responseTopic, subscription);
    granted
      .then(() => {
        subscription.isGranted = true;
      })
      // Whoever waits for it is told; the next request asks the broker again.
      .catch(() => this.#subscribed.delete(call.responseTopic));
    this.#limitSubscriptions();
    return subscription;
  }

  #limitSubscriptions(): void {
    if (this.#subscribed.size <= MAX_ANSWER_SUBSCRIPTIONS) return;
    const inUse = new Set([...this.#pending.values()].map(({ call }) => call.responseTopic));
    for (const [template, { filters }] of this.#subscribed) {
      if (inUse.has(template)) continue;
      this.#subscribed.delete(template);
      this.#connection.subscriptions.unsubscribe(filters).catch(() => undefined);
      return;
    }
  }

  #timeout({ call, isSent }: Pending): Error {
    if (isSent || this.#connection.isReady) {
      return new InteractionTimeoutError(this.#href(call), call.timeoutMs);
    }
    return new UnreachableError(
      this.#href(call),
      `the broker is not connected within ${call.timeoutMs} ms`,
    );
  }
}

function propertiesOf({ qos, payload, timeoutMs }: RequestCall): PublishProperties {
  const properties: { contentType?: string; messageExpiryInterval?: number } = {};
  if (payload && payload.type !== JSON_TYPE) properties.contentType = payload.type;
  // One that waits at the broker longer than we do must not reach the device.
  if (qos > 0) properties.messageExpiryInterval = Math.ceil(timeoutMs / 1000);
  return properties;
}

/** Whether a form's templates can be used: each names the correlation. */
export function isTemplate(topic: unknown): topic is string {
  return typeof topic === "string" && topic.includes(CORRELATION);
}

function fill(template: string, correlation: string): string {
  const at = template.indexOf(CORRELATION);
  return template.slice(0, at) + correlation + template.slice(at + CORRELATION.length);
}

function asError(href: string, thrown: unknown): Error {
  if (thrown instanceof FogwotError) return thrown;
  return new UnreachableError(href, "the broker connection failed", { cause: thrown });
}

function problemError(href: string, payload: Buffer): InteractionError {
  try {
    const problem: unknown = JSON.parse(payload.toString("utf8"));
    if (isProblemDetails(problem)) return new InteractionError(href, problem.status, problem);
  } catch (cause) {
    return new InteractionError(href, 500, undefined, { cause });
  }
  return new InteractionError(href, 500, undefined, {
    cause: new TypeError(`the error answer is no ${PROBLEM_TYPE}`),
  });
}
