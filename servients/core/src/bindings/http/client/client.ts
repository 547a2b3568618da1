import type { Content, Form, SecurityScheme } from "@node-wot/core";
import { OperationNotAllowedError } from "../../../errors";
import type { InteractionLimits, LimitedClient } from "../../limits";
import { fromContent, toAffordanceContent, toContent } from "../../payload";
import { type Subscription, toSubscription } from "../../subscription";
import { acceptedType, contentOf, eventType, isEventStream, refuseFailure } from "./answer";
import { challengedSchemes } from "./challenges";
import { codingOf, decodeAnswer, encodeBody } from "./content-coding";
import { type HttpCredentials, mayBeSentTo, NO_PROOF, type Proof, proofFor } from "./credentials";
import { formHeaders, formMethod } from "./form-headers";
import { PollSubscription } from "./poll-subscription";
import { StreamSubscription } from "./stream-subscription";
import type { HttpAnswer, HttpRequest, Transport } from "./transport";

/** A subscription under way, whatever carries it. */
export interface OpenSubscription {
  close(): void;
}

export interface HttpClientContext {
  readonly transport: Transport;
  readonly maxBodyBytes: number;
  /** For a Thing whose description is yet to be read. */
  readonly credentials?: HttpCredentials;
  /** Told of every subscription, so that the factory can end what a consumer forgot. */
  readonly onOpen: (source: OpenSubscription) => void;
  readonly onClose: (source: OpenSubscription) => void;
}

/** One consumer's client: its credentials and subscriptions, over connections that are shared. */
export class HttpBindingClient implements LimitedClient {
  readonly takesLimits = true;
  readonly #context: HttpClientContext;
  readonly #sources = new Map<string, Set<OpenSubscription>>();
  #proof: Proof = NO_PROOF;

  constructor(context: HttpClientContext) {
    this.#context = context;
  }

  async readResource(form: Form, limits?: InteractionLimits): Promise<Content> {
    const headers = this.#headers(form, { Accept: acceptedType(form) });
    return contentOf(form, await this.#exchange(form, "GET", { headers, limits }));
  }

  /** Resolves when the Thing has applied the value. */
  async writeResource(form: Form, content: Content, limits?: InteractionLimits): Promise<void> {
    const { type, body } = await fromContent(content);
    const headers = this.#headers(form, { Accept: acceptedType(form), "Content-Type": type });
    refuseFailure(form.href, await this.#exchange(form, "PUT", { headers, body, limits }));
  }

  /**
   * Invokes, or cancels where that is the form's operation. An asynchronous action answers with its
   * status.
   */
  async invokeResource(
    form: Form,
    content?: Content,
    limits?: InteractionLimits,
  ): Promise<Content> {
    const input = content ? await fromContent(content) : undefined;
    const headers = this.#headers(form, {
      Accept: acceptedType(form),
      ...(input ? { "Content-Type": input.type } : {}),
    });
    const method = [form.op].flat().includes("cancelaction") ? "DELETE" : "POST";
    const request = { headers, body: input?.body, limits };
    return contentOf(form, await this.#exchange(form, method, request));
  }

  /**
   * Resolves when the Thing has accepted the subscription. Of a form for all properties or events,
   * each Content names its affordance (`isAffordanceContent`).
   */
  async subscribeResource(
    form: Form,
    next: (content: Content) => void,
    error?: (error: Error) => void,
    complete?: () => void,
    limits?: InteractionLimits,
  ): Promise<Subscription> {
    const isStream = isEventStream(form.contentType ?? "");
    const { subprotocol = isStream ? "sse" : "longpoll" } = form;
    if (subprotocol !== "sse" && subprotocol !== "longpoll") {
      throw new OperationNotAllowedError(`subscribing by ${subprotocol}`, form.href);
    }
    const onEnd = (): void => {
      this.#forget(form.href, source);
      complete?.();
    };
    const onError = (reason: Error): void => error?.(reason);
    const source =
      subprotocol === "sse"
        ? this.#stream(form, next, onError, onEnd)
        : this.#polls(form, next, onError, onEnd);
    await source.open(limits);
    this.#remember(form.href, source);
    return toSubscription(() => this.#end(form.href, source));
  }

  #stream(
    form: Form,
    next: (content: Content) => void,
    onError: (error: Error) => void,
    onEnd: () => void,
  ): StreamSubscription {
    const { transport, maxBodyBytes } = this.#context;
    const type = eventType(form);
    const isWhole = [form.op].flat().some((op) => WHOLE_THING.has(op ?? ""));
    return new StreamSubscription({
      href: form.href,
      headers: this.#headers(form, {}),
      ...this.#proving(form),
      transport,
      maxEventCharacters: maxBodyBytes,
      onEvent: (event) => {
        const payload = { type, body: Buffer.from(event.data) };
        next(isWhole ? toAffordanceContent(payload, event.type) : toContent(payload));
      },
      onError,
      onEnd,
    });
  }

  #polls(
    form: Form,
    next: (content: Content) => void,
    onError: (error: Error) => void,
    onEnd: () => void,
  ): PollSubscription {
    return new PollSubscription({
      href: form.href,
      headers: this.#headers(form, { Accept: acceptedType(form) }),
      ...this.#proving(form),
      transport: this.#context.transport,
      onNotification: (answer) => next(contentOf(form, answer)),
      onError,
      onEnd,
    });
  }

  async unlinkResource(form: Form): Promise<void> {
    for (const source of [...(this.#sources.get(form.href) ?? [])]) this.#end(form.href, source);
  }

  async requestThingDescription(uri: string): Promise<Content> {
    const form: Form = { href: uri, contentType: "application/td+json" };
    const accept = { Accept: "application/td+json, application/json;q=0.9" };
    const ask = () => this.#exchange(form, "GET", { headers: this.#headers(form, accept) });
    const answer = await ask();
    const { credentials } = this.#context;
    if (answer.status !== 401 || !credentials) return contentOf(form, answer);
    const oneOf = challengedSchemes(answer.headers["www-authenticate"]);
    const isMet = this.setSecurity([{ scheme: "combo", oneOf }], credentials);
    return contentOf(form, isMet ? await ask() : answer);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    for (const [href, sources] of this.#sources) {
      for (const source of [...sources]) this.#end(href, source);
    }
  }

  /** @returns whether the credentials suit one of the schemes */
  setSecurity(metadata: SecurityScheme[], credentials?: unknown): boolean {
    const proof = proofFor(metadata, credentials);
    this.#proof = proof || NO_PROOF;
    return proof !== false;
  }

  async #exchange(
    form: Form,
    method: string,
    { headers, body, limits = {} }: FormRequest,
  ): Promise<HttpAnswer> {
    const { signal, timeoutMs } = limits;
    const coding = codingOf(form);
    const sent = body && (await encodeBody(body, coding));
    const request: HttpRequest = {
      method: formMethod(form, method),
      href: form.href,
      headers: {
        ...headers,
        ...(coding ? { "Accept-Encoding": coding } : {}),
        ...(sent && coding ? { "Content-Encoding": coding } : {}),
        ...(sent ? { "Content-Length": String(sent.length) } : {}),
      },
      ...this.#proving(form),
      ...(sent ? { body: sent } : {}),
      ...(signal ? { signal } : {}),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    };
    const { transport, maxBodyBytes } = this.#context;
    return decodeAnswer(form.href, await transport.exchange(request), maxBodyBytes);
  }

  /** Headers of the form itself (`htv:headers`) win. */
  #headers(form: Form, headers: Record<string, string>): Record<string, string> {
    return { ...headers, ...this.#proofFor(form).headers, ...formHeaders(form) };
  }

  #proving(form: Form): Required<Pick<HttpRequest, "secretQuery" | "isAnonymous">> {
    const proof = this.#proofFor(form);
    const isAnonymous = proof === NO_PROOF && form["htv:headers"] === undefined;
    return { secretQuery: proof.query, isAnonymous };
  }

  #proofFor(form: Form): Proof {
    return mayBeSentTo(this.#proof, form.href) ? this.#proof : NO_PROOF;
  }

  #remember(href: string, source: OpenSubscription): void {
    const sources = this.#sources.get(href) ?? new Set();
    this.#sources.set(href, sources.add(source));
    this.#context.onOpen(source);
  }

  #forget(href: string, source: OpenSubscription): void {
    const sources = this.#sources.get(href);
    sources?.delete(source);
    if (sources?.size === 0) this.#sources.delete(href);
    this.#context.onClose(source);
  }

  #end(href: string, source: OpenSubscription): void {
    source.close();
    this.#forget(href, source);
  }
}

interface FormRequest {
  readonly headers: Record<string, string>;
  readonly body?: Buffer | undefined;
  readonly limits?: InteractionLimits | undefined;
}

const WHOLE_THING = new Set(["observeallproperties", "subscribeallevents"]);
