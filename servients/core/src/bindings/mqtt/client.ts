import type { Content, SecurityScheme } from "@node-wot/core";
import { ConfigError, OperationNotAllowedError } from "../../errors";
import type { Logger } from "../../log";
import type { InteractionLimits, LimitedClient } from "../limits";
import { fromContent, type Payload, toAffordanceContent, toContent } from "../payload";
import { type Subscription, toSubscription } from "../subscription";
import type { BrokerSession, SessionLimits, TopicSubscription } from "./broker-session";
import type { BrokerAddress } from "./broker-url";
import { TD_TYPE } from "./constants";
import { affordanceOf, type FormTarget, parseForm } from "./form-target";
import { type Login, loginFor } from "./login";
import { PropertyChanges } from "./property-changes";
import type { TopicMessage } from "./topic-router";
import type { MqttForm } from "./vocabulary";

export interface MqttClientContext {
  readonly timeoutMs: number;
  readonly log: Logger;
  /** The session shared by all clients of this broker and user. */
  session(user: object, address: BrokerAddress, login: Login | undefined): BrokerSession;
  /** This client needs its sessions no more; the last one's leaving closes the connection. */
  release(user: object): Promise<void>;
}

/** Consumes over MQTT. One per ConsumedThing; connections are shared by the factory. */
export class MqttBindingClient implements LimitedClient {
  readonly takesLimits = true;
  readonly #context: MqttClientContext;
  readonly #subscriptions = new Map<string, Set<TopicSubscription>>();
  #login: Login | undefined;
  #last: { readonly address: BrokerAddress; readonly session: BrokerSession } | undefined;

  constructor(context: MqttClientContext) {
    this.#context = context;
  }

  /** The property as its Thing answers, where the form describes requests; else the retained value. */
  async readResource(form: MqttForm, limits?: InteractionLimits): Promise<Content> {
    const target = parseForm(form);
    if (target.templates) return toContent(await this.#request(target, undefined, limits));
    const filters = named(target.filters, "mqv:filter", form);
    const session = this.#session(target);
    const message = await session.readRetained(filters, target.qos, this.#limits(limits));
    return toContent(payloadOf(message, target));
  }

  /** Resolves when the Thing has taken the value, where the form describes requests; else the broker. */
  async writeResource(form: MqttForm, content: Content, limits?: InteractionLimits): Promise<void> {
    const target = parseForm(form);
    const payload = await fromContent(content);
    if (target.templates) await this.#request(target, payload, limits);
    else await this.#publish(target, payload, form, limits);
  }

  /** The action's output; empty where the form describes no answers. */
  async invokeResource(
    form: MqttForm,
    content?: Content,
    limits?: InteractionLimits,
  ): Promise<Content> {
    const target = parseForm(form);
    const payload = content ? await fromContent(content) : undefined;
    if (target.templates) return toContent(await this.#request(target, payload, limits));
    await this.#publish(target, payload, form, limits);
    return toContent({ type: target.answerType, body: Buffer.alloc(0) });
  }

  /**
   * Any number of subscribers to any topic. Survives the loss of the connection.
   * @returns ends this subscriber's part; `unlinkResource` ends all of this client's on the topic
   */
  async subscribeResource(
    form: MqttForm,
    next: (content: Content) => void,
    error?: (error: Error) => void,
    complete?: () => void,
    limits?: InteractionLimits,
  ): Promise<Subscription> {
    const target = parseForm(form);
    const filters = named(target.filters, "mqv:filter", form);
    const has = (...ops: string[]) => ops.some((op) => target.operations.includes(op));
    const observes = has("observeproperty", "observeallproperties");
    const changes = observes ? new PropertyChanges() : undefined;
    const isWhole = has("observeallproperties", "subscribeallevents");
    const listener = (message: TopicMessage) => {
      if (changes?.isKnown(message)) return;
      const payload = payloadOf(message, target);
      try {
        if (isWhole) next(toAffordanceContent(payload, affordanceOf(filters, message.topic)));
        else next(toContent(payload));
      } catch (thrown) {
        this.#context.log.warn({ err: thrown, topic: message.topic }, "a subscriber threw");
        if (thrown instanceof Error) error?.(thrown);
      }
    };
    const session = this.#session(target);
    const subscription = await session.subscribe(
      filters,
      target.qos,
      this.#limits(limits),
      listener,
      complete,
    );
    const key = subscriptionKey(target);
    const own = this.#subscriptions.get(key) ?? new Set();
    this.#subscriptions.set(key, own);
    own.add(subscription);
    return toSubscription(() => {
      own.delete(subscription);
      return subscription
        .end()
        .catch((thrown: unknown) => this.#context.log.debug({ err: thrown }, "end"));
    });
  }

  async unlinkResource(form: MqttForm): Promise<void> {
    const key = subscriptionKey(parseForm(form));
    const own = this.#subscriptions.get(key) ?? [];
    this.#subscriptions.delete(key);
    await Promise.all([...own].map((subscription) => subscription.end()));
  }

  /** @param uri `mqtt://broker/<topic of the retained Thing Description>` */
  async requestThingDescription(uri: string): Promise<Content> {
    const form: MqttForm = { href: uri, contentType: TD_TYPE, "mqv:qos": "1" };
    return this.readResource(form);
  }

  async start(): Promise<void> {}

  /** Ends this client's subscriptions, and the connection unless another client uses it. */
  async stop(): Promise<void> {
    const all = [...this.#subscriptions.values()].flatMap((own) => [...own]);
    this.#subscriptions.clear();
    this.#last = undefined;
    await Promise.all(all.map((subscription) => subscription.end()));
    await this.#context.release(this);
  }

  /** Takes `nosec` and `basic`; credentials are MqttCredentials, or an array of those. */
  setSecurity(metadata: SecurityScheme[], credentials?: unknown): boolean {
    const login = loginFor(metadata, credentials);
    if (login === false) return false;
    this.#login = login;
    this.#last = undefined;
    return true;
  }

  #limits({ signal, timeoutMs = this.#context.timeoutMs }: InteractionLimits = {}): SessionLimits {
    return { signal, timeoutMs };
  }

  #request(
    target: FormTarget,
    payload: Payload | undefined,
    limits: InteractionLimits | undefined,
  ): Promise<Payload> {
    const { templates, address, qos, answerType } = target;
    if (!templates) throw new OperationNotAllowedError("request", address.href);
    const { requestTopic, responseTopic, errorTopic } = templates;
    const { timeoutMs, signal } = this.#limits(limits);
    // Member by member: a spread costs as much as all the rest.
    return this.#session(target).requests.request({
      requestTopic,
      responseTopic,
      errorTopic,
      qos,
      payload,
      timeoutMs,
      signal,
      answerType,
    });
  }

  async #publish(
    target: FormTarget,
    payload: Payload | undefined,
    form: MqttForm,
    limits: InteractionLimits | undefined,
  ): Promise<void> {
    const [topic] = named(target.topic === undefined ? [] : [target.topic], "mqv:topic", form);
    const { qos, retain } = target;
    const properties = { contentType: payload?.type ?? target.contentType };
    const body = payload?.body ?? Buffer.alloc(0);
    const publication = { topic, payload: body, qos, retain, properties };
    await this.#session(target).publish(publication, this.#limits(limits));
  }

  #session({ address }: FormTarget): BrokerSession {
    const last = this.#last;
    if (last?.address === address && !last.session.isStopped) return last.session;
    const login = this.#login?.hosts?.includes(address.host) === false ? undefined : this.#login;
    const session = this.#context.session(this, address, login);
    this.#last = { address, session };
    return session;
  }
}

function payloadOf({ payload, contentType }: TopicMessage, target: FormTarget): Payload {
  return { type: contentType ?? target.contentType, body: payload };
}

function named(topics: readonly string[], term: string, form: MqttForm): [string, ...string[]] {
  const [first, ...rest] = topics;
  if (first !== undefined) return [first, ...rest];
  throw new ConfigError("form", [{ path: `/${term}`, got: form[term], wanted: "a topic" }]);
}

function subscriptionKey({ address, filters }: FormTarget): string {
  return JSON.stringify([address.href, ...filters]);
}
