import type { IPublishPacket } from "mqtt";
import {
  OverloadedError,
  PayloadTooLargeError,
  toFogwotError,
  UnreachableError,
} from "../../errors";
import type { Logger } from "../../log";
import type { Payload } from "../payload";
import { MAX_IN_FLIGHT_BYTES, PROBLEM_TYPE } from "./constants";
import { carryOut, type RequestTarget } from "./operations";
import type { Publication, Qos } from "./outbox";
import type { PublishProperties } from "./publish-packet";
import { answerTopics, isPublishable, type RequestTopic } from "./topics";

export interface ResponderOptions {
  /** Below it, only `…/response/<corr>` may be named as response topic. */
  readonly topicPrefix: string;
  readonly maxPayloadBytes: number;
  readonly maxInFlight: number;
  readonly log: Logger;
  readonly publish: (publication: Publication) => void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Where the answer to one request goes; MQTT 5 tells an error by a user property. */
interface ReplyAddress {
  readonly output: string;
  readonly error: string;
  readonly correlationData: Buffer | undefined;
}

/** Carries out requests that came as messages, and answers where there is an address. */
export class Responder {
  readonly counters = { requests: 0, errors: 0, malformed: 0, refused: 0 };
  readonly #options: ResponderOptions;
  readonly #answering = new Map<IPublishPacket, { request: RequestTopic; reply: ReplyAddress }>();
  #inFlight = 0;
  #inFlightBytes = 0;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** A message that is no request. */
  countMalformed(): void {
    this.counters.malformed++;
  }

  /** Never throws and never rejects: a stranger's message cannot harm the Servient. */
  handle(request: RequestTopic, target: RequestTarget, body: Buffer, packet: IPublishPacket): void {
    const reply = this.#replyAddress(request, target.replies, packet);
    // Retained, a request would be carried out again at every reconnection.
    if (packet.retain || reply === "forbidden") {
      this.countMalformed();
      return;
    }
    this.counters.requests++;
    if (reply) this.#answering.set(packet, { request, reply });
    this.#answer(request, target, body, packet)
      .then((output) => {
        if (this.#answering.delete(packet) && reply) this.#send(reply, packet, output);
      })
      .catch((thrown: unknown) => {
        const isAwaited = this.#answering.delete(packet);
        this.#fail(thrown, request, isAwaited ? reply : undefined, packet);
      });
  }

  /** Answers everything under way with "unreachable": the Servient stops, whatever its handlers do. */
  abandon(): void {
    for (const [packet, { request, reply }] of [...this.#answering]) {
      this.#answering.delete(packet);
      const error = new UnreachableError(request.subject, "the Servient is stopping");
      this.#fail(error, request, reply, packet);
    }
  }

  async #answer(
    request: RequestTopic,
    target: RequestTarget,
    body: Buffer,
    packet: IPublishPacket,
  ): Promise<Payload | undefined> {
    const { maxPayloadBytes, maxInFlight } = this.#options;
    if (body.length > maxPayloadBytes) throw new PayloadTooLargeError(maxPayloadBytes);
    if (this.#inFlight >= maxInFlight || this.#inFlightBytes > MAX_IN_FLIGHT_BYTES) {
      this.counters.refused++;
      throw new OverloadedError(`${this.#inFlight} requests are under way`);
    }
    this.#inFlight++;
    this.#inFlightBytes += body.length;
    try {
      return await carryOut(request, target, body, packet.properties?.contentType);
    } finally {
      this.#inFlight--;
      this.#inFlightBytes -= body.length;
    }
  }

  #fail(
    thrown: unknown,
    request: RequestTopic,
    reply: ReplyAddress | undefined,
    packet: IPublishPacket,
  ): void {
    const error = toFogwotError(thrown);
    this.counters.errors++;
    if (error.status === 400 || error.status === 413 || error.status === 415) this.countMalformed();
    const level = error.status >= 500 && error.code === "INTERNAL" ? "warn" : "debug";
    this.#options.log[level]({ err: error, subject: request.subject }, "a request failed");
    if (!reply) return;
    const problem = error.toProblem();
    const body = Buffer.from(JSON.stringify(problem));
    this.#send(reply, packet, { type: PROBLEM_TYPE, body }, problem.code);
  }

  #send(
    reply: ReplyAddress,
    packet: IPublishPacket,
    payload: Payload | undefined,
    errorCode?: string,
  ): void {
    const properties: Mutable<PublishProperties> = {};
    if (payload) properties.contentType = payload.type;
    if (reply.correlationData) properties.correlationData = reply.correlationData;
    if (errorCode !== undefined) properties.userProperties = { error: errorCode };
    this.#options.publish({
      topic: errorCode === undefined ? reply.output : reply.error,
      payload: payload?.body ?? Buffer.alloc(0),
      qos: packet.qos as Qos,
      perishable: true,
      properties,
    });
  }

  #replyAddress(
    { subject, correlation }: RequestTopic,
    replies: string | undefined,
    { properties }: IPublishPacket,
  ): ReplyAddress | undefined | "forbidden" {
    const responseTopic = properties?.responseTopic;
    const correlationData = properties?.correlationData;
    if (responseTopic !== undefined) {
      if (!this.#isAllowed(responseTopic, replies)) return "forbidden";
      return { output: responseTopic, error: responseTopic, correlationData };
    }
    if (correlation === undefined) return undefined;
    const topics = answerTopics(replies, subject, correlation);
    return { output: topics.responseTopic, error: topics.errorTopic, correlationData };
  }

  /** A stranger must not make the Servient speak for a Thing, or to a Thing. */
  #isAllowed(topic: string, replies: string | undefined): boolean {
    if (!isPublishable(topic)) return false;
    // Where not everybody may ask, not everybody may hear the answer.
    if (replies !== undefined) return topic.startsWith(`${replies}/`);
    if (!topic.startsWith(`${this.#options.topicPrefix}/`)) return true;
    return /\/(response|error|replies)(\/[^/]+){1,3}$/.test(topic);
  }
}
