import type { Content, Form, ProtocolClient, SecurityScheme } from "@node-wot/core";
import { OperationNotAllowedError } from "../../../errors";
import { fromContent, toContent } from "../../payload";
import { type Subscription, toSubscription } from "../../subscription";
import { contentOf, expectedType, refuseFailure } from "./answer";
import { authorizationHeader } from "./credentials";
import { StreamSubscription } from "./stream-subscription";
import type { HttpRequest, Transport } from "./transport";

export interface HttpClientContext {
  readonly transport: Transport;
  readonly maxBodyBytes: number;
  /** Told of every subscription, so that the factory can end what a consumer forgot. */
  readonly onOpen: (source: StreamSubscription) => void;
  readonly onClose: (source: StreamSubscription) => void;
}

/** One consumer's client: its credentials and subscriptions, over connections that are shared. */
export class HttpBindingClient implements ProtocolClient {
  readonly #context: HttpClientContext;
  readonly #sources = new Map<string, Set<StreamSubscription>>();
  #authorization: Record<string, string> = {};

  constructor(context: HttpClientContext) {
    this.#context = context;
  }

  async readResource(form: Form): Promise<Content> {
    const headers = this.#headers(form, { Accept: expectedType(form) });
    return contentOf(form, await this.#exchange(form, "GET", headers));
  }

  /** Resolves when the Thing has applied the value. */
  async writeResource(form: Form, content: Content): Promise<void> {
    const { type, body } = await fromContent(content);
    const headers = this.#headers(form, { Accept: expectedType(form), "Content-Type": type });
    refuseFailure(form.href, await this.#exchange(form, "PUT", headers, body));
  }

  async invokeResource(form: Form, content?: Content): Promise<Content> {
    const input = content ? await fromContent(content) : undefined;
    const headers = this.#headers(form, {
      Accept: expectedType(form),
      ...(input ? { "Content-Type": input.type } : {}),
    });
    return contentOf(form, await this.#exchange(form, "POST", headers, input?.body));
  }

  /** Resolves when the Thing has accepted the subscription. */
  async subscribeResource(
    form: Form,
    next: (content: Content) => void,
    error?: (error: Error) => void,
    complete?: () => void,
  ): Promise<Subscription> {
    if (form.subprotocol !== "sse") {
      const subprotocol = String(form.subprotocol ?? "longpoll");
      throw new OperationNotAllowedError(`subscribing by ${subprotocol}`, form.href);
    }
    const { transport, maxBodyBytes } = this.#context;
    const source = new StreamSubscription({
      href: form.href,
      headers: this.#headers(form, {}),
      transport,
      maxEventCharacters: maxBodyBytes,
      onEvent: ({ data }) => next(toContent({ type: expectedType(form), body: Buffer.from(data) })),
      onError: (reason) => error?.(reason),
      onEnd: () => {
        this.#forget(form.href, source);
        complete?.();
      },
    });
    await source.open();
    this.#remember(form.href, source);
    return toSubscription(() => this.#end(form.href, source));
  }

  async unlinkResource(form: Form): Promise<void> {
    for (const source of [...(this.#sources.get(form.href) ?? [])]) this.#end(form.href, source);
  }

  async requestThingDescription(uri: string): Promise<Content> {
    const headers = {
      ...this.#authorization,
      Accept: "application/td+json, application/json;q=0.9",
    };
    const form: Form = { href: uri, contentType: "application/td+json" };
    return contentOf(form, await this.#exchange(form, "GET", headers));
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    for (const [href, sources] of this.#sources) {
      for (const source of [...sources]) this.#end(href, source);
    }
  }

  /** @returns whether the credentials suit one of the schemes */
  setSecurity(metadata: SecurityScheme[], credentials?: unknown): boolean {
    const header = authorizationHeader(metadata, credentials);
    this.#authorization = header || {};
    return header !== false;
  }

  #exchange(form: Form, method: string, headers: Record<string, string>, body?: Buffer) {
    const named = form["htv:methodName"];
    const request: HttpRequest = {
      method: typeof named === "string" ? named : method,
      href: form.href,
      headers: body ? { ...headers, "Content-Length": String(body.length) } : headers,
      ...(body ? { body } : {}),
    };
    return this.#context.transport.exchange(request);
  }

  /** Headers of the form itself (`htv:headers`) win. */
  #headers(form: Form, headers: Record<string, string>): Record<string, string> {
    const named = form["htv:headers"];
    if (named === undefined) return { ...headers, ...this.#authorization };
    const own = [named].flat() as { "htv:fieldName"?: string; "htv:fieldValue"?: string }[];
    const fields = own.map((field) => [field["htv:fieldName"], field["htv:fieldValue"]]);
    return { ...headers, ...this.#authorization, ...Object.fromEntries(fields) };
  }

  #remember(href: string, source: StreamSubscription): void {
    const sources = this.#sources.get(href) ?? new Set();
    this.#sources.set(href, sources.add(source));
    this.#context.onOpen(source);
  }

  #forget(href: string, source: StreamSubscription): void {
    const sources = this.#sources.get(href);
    sources?.delete(source);
    if (sources?.size === 0) this.#sources.delete(href);
    this.#context.onClose(source);
  }

  #end(href: string, source: StreamSubscription): void {
    source.close();
    this.#forget(href, source);
  }
}
