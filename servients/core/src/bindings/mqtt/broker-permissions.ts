import { FogwotError, ForbiddenError, UnauthorizedError } from "../../errors";
import { type Access, type Principal, SERVICE_SCOPES, serviceName } from "../../security";
import {
  mqttOperation,
  repliesTopic,
  replyTopic,
  type SiteTopics,
  type TopicUse,
  useOf,
} from "./access-topics";
import { type DescribedForms, requestsOf } from "./requested";
import { answerTopics, isWildcard, topicLevel } from "./topics";

export interface BrokerPermissionsOptions {
  readonly access: Pick<Access, "authorize" | "isSecured">;
  readonly topics: SiteTopics;
  /** What is known of the Thing whose topic this is. */
  readonly described: (base: string) => DescribedForms | undefined;
}

/** A message that somebody wants to publish. */
export interface OfferedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
}

type Who = Principal | undefined;

/**
 * What each client of the site's broker may do with its topics: consumers what the access rules say,
 * a fog node what is below its own topic, answers to their user alone. Everything else, nobody.
 */
export class BrokerPermissions {
  readonly #options: BrokerPermissionsOptions;
  readonly #prefix: string;
  readonly #replies: string;

  constructor(options: BrokerPermissionsOptions) {
    this.#options = options;
    this.#prefix = `${options.topics.topicPrefix}/`;
    this.#replies = `${repliesTopic(options.topics.topicPrefix)}/`;
  }

  /** @throws UnauthorizedError, ForbiddenError; InputError for a request nobody could carry out */
  publish(who: Who, message: OfferedMessage): void {
    const { topic, payload, retain } = message;
    const { access, topics, described } = this.#options;
    if (this.#serves(who, topic)) return;
    const use = useOf(topic, topics);
    if (use?.kind !== "request") throw refusal(who, `publishing on ${topic}`);
    const { thing, request } = use;
    // Carried out again at every reconnection of the Thing.
    if (retain) throw refusal(who, "a retained request");
    for (const asked of requestsOf(topic, request, payload, topics, described(request.base))) {
      access.authorize(who, asked);
    }
    const { correlation } = request;
    if (correlation === undefined || !access.isSecured(thing)) return;
    const isOwn = who && correlation.startsWith(`${topicLevel(who.name)}/`);
    if (!isOwn) throw refusal(who, "an answer to somebody else");
  }

  /** @throws UnauthorizedError, ForbiddenError */
  subscribe(who: Who, filter: string): void {
    if (isTrusted(who) || this.#serves(who, filter)) return;
    if (isWildcard(filter)) this.#subscribeWildcard(who, filter);
    else this.#hear(who, useOf(filter, this.#options.topics), filter);
  }

  /** Whether a message may go to a client that subscribed to it. */
  receive(who: Who, topic: string, isRetained: boolean): boolean {
    const { topics } = this.#options;
    if (topic.startsWith(this.#replies)) return this.#isOwnReply(who, topic);
    if (isTrusted(who) || this.#serves(who, topic)) return true;
    const direction = isRetained ? "retained" : "receive";
    const asked = mqttOperation(topic, direction, topics);
    if (asked) return passes(() => this.#options.access.authorize(who, asked));
    return passes(() => this.#hear(who, useOf(topic, topics), topic));
  }

  /** Where a refusal of this message can be told to who sent it; undefined where it cannot. */
  refusalTopic(who: Who, topic: string): string | undefined {
    const { access, topics } = this.#options;
    const use = useOf(topic, topics);
    if (use?.kind !== "request" || use.request.correlation === undefined) return undefined;
    const isSecured = access.isSecured(use.thing);
    const replies = isSecured ? repliesTopic(topics.topicPrefix) : undefined;
    const { subject, correlation } = use.request;
    const { errorTopic } = answerTopics(replies, subject, correlation);
    return !isSecured || this.#isOwnReply(who, errorTopic) ? errorTopic : undefined;
  }

  #subscribeWildcard(who: Who, filter: string): void {
    const { access, topics } = this.#options;
    if (filter.startsWith(this.#replies)) {
      if (this.#isOwnReply(who, filter)) return;
      throw refusal(who, "answers to somebody else");
    }
    const base = this.#thingIn(filter);
    if (base === undefined) {
      // Of several Things: each message is held to the rules when it comes.
      if (who && filter.startsWith(this.#prefix)) return;
      throw refusal(who, `subscribing to ${filter}`);
    }
    const thing = topics.thingAt(base);
    const part = filter.slice(base.length + 1);
    if (/^properties\/[+#]$/.test(part)) {
      this.#any(who, [
        { thing, op: "observeallproperties" },
        { thing, op: "readallproperties" },
      ]);
    } else if (/^events\/[+#]$/.test(part)) {
      access.authorize(who, { thing, op: "subscribeallevents" });
    } else if (!who && thing !== undefined && access.isSecured(thing)) {
      throw refusal(who, `subscribing to ${filter}`);
    }
  }

  /** What a consumer may hear on one topic. */
  #hear(who: Who, use: TopicUse | undefined, topic: string): void {
    const { access, topics } = this.#options;
    switch (use?.kind) {
      case "state": {
        const asked = (["receive", "retained"] as const).map((direction) =>
          mqttOperation(topic, direction, topics),
        );
        this.#any(
          who,
          asked.filter((one) => one !== undefined),
        );
        return;
      }
      case "answer":
        if (access.isSecured(use.thing)) throw refusal(who, `hearing ${topic}`);
        return;
      case "availability":
        if (topic.endsWith("/availability")) {
          access.authorize(who, { thing: undefined, op: "readdescription" });
          return;
        }
        throw refusal(who, `hearing ${topic}`);
      case "reply":
        if (this.#isOwnReply(who, topic)) return;
        throw refusal(who, "answers to somebody else");
      default:
        throw refusal(who, `hearing ${topic}`);
    }
  }

  /** One of several operations is enough. */
  #any(who: Who, asked: readonly Parameters<Access["authorize"]>[1][]): void {
    const [first, ...rest] = asked;
    if (!first) throw refusal(who, "this");
    try {
      this.#options.access.authorize(who, first);
    } catch (error) {
      if (rest.length === 0 || !(error instanceof FogwotError)) throw error;
      this.#any(who, rest);
    }
  }

  /** Whether a program of the site speaks for Things there, and is asked there. */
  #serves(who: Who, topic: string): boolean {
    if (!who || !topic.startsWith(this.#prefix)) return false;
    if (who.scopes.includes(SERVICE_SCOPES.server)) return true;
    if (!who.scopes.includes(SERVICE_SCOPES.node)) return false;
    const node = who.name.slice(serviceName("").length);
    const isReply = topic.startsWith(this.#replies) && !isWildcard(topic);
    return isReply || topic.startsWith(`${this.#prefix}${topicLevel(node)}/`);
  }

  #isOwnReply(who: Who, topic: string): boolean {
    return (
      who !== undefined &&
      topic.startsWith(`${replyTopic(this.#options.topics.topicPrefix, who.name)}/`)
    );
  }

  /** Topic of the Thing that a filter stays below. */
  #thingIn(filter: string): string | undefined {
    const { thingAt } = this.#options.topics;
    for (let end = filter.indexOf("/"); end >= 0; end = filter.indexOf("/", end + 1)) {
      const base = filter.slice(0, end);
      if (isWildcard(base)) return undefined;
      if (thingAt(base) !== undefined) return base;
    }
    return undefined;
  }
}

/** The processing server and the operator's commands: they may hear everything but answers to others. */
function isTrusted(who: Who): boolean {
  const { server, operator } = SERVICE_SCOPES;
  return who?.scopes.some((scope) => scope === server || scope === operator) ?? false;
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof FogwotError) return false;
    throw error;
  }
}

function refusal(who: Who, what: string): FogwotError {
  return who
    ? new ForbiddenError(`${what}: nobody may`)
    : new UnauthorizedError(`${what}: credentials are required`);
}
