import type { Content, Form, SecurityScheme } from "@node-wot/core";
import { toFogwotError, UnauthorizedError } from "../../../errors";
import type { Logger } from "../../../log";
import type { Rng } from "../../../random";
import { mayBeSentTo } from "../../http";
import { abortable, type InteractionLimits, type LimitedClient } from "../../limits";
import { fromContent, toContent } from "../../payload";
import { type Subscription, toSubscription } from "../../subscription";
import {
  Code,
  ContentFormat,
  type Frame,
  NO_BYTES,
  type Option,
  OptionNumber,
  uintOption,
} from "../message";
import type { PskCredentials } from "../stream";
import type { Channel } from "./channel";
import { type ChannelPool, keyOf } from "./channel-pool";
import { allows, pskOf } from "./credentials";
import { isOfWholeThing, namedContent } from "./named-notification";
import type { NotificationCounters } from "./observed-resource";
import { responseError } from "./response-error";
import type { ObservationShare, SharedObservations } from "./shared-observation";
import {
  contentFormatOption,
  type FormRequest,
  parseTarget,
  type RequestDefaults,
  requestOfForm,
  responseType,
  type Target,
} from "./target";
import { Transfer, type TransferContext } from "./transfer";

export interface CoapClientContext extends Omit<TransferContext, "acquire">, RequestDefaults {
  readonly pool: ChannelPool;
  /** Shown for Things without credentials of their own. */
  readonly psk: PskCredentials | undefined;
  readonly rng: Rng;
  readonly log: Logger;
  /** Polling interval where a form names none. */
  readonly pollingIntervalMs: number;
  readonly counters: NotificationCounters;
  /** Every observation under way, shared by the clients. */
  readonly observations: SharedObservations;
}

const TD_TYPE = "application/td+json";

/** One consumer's view of the shared channels: requests, and the subscriptions it has made. */
export class CoapBindingClient implements LimitedClient {
  readonly takesLimits = true;
  readonly #context: CoapClientContext;
  readonly #subscriptions = new Map<string, ObservationShare[]>();
  readonly #transfers: TransferContext;
  #psk: PskCredentials | undefined;

  constructor(context: CoapClientContext) {
    this.#context = context;
    this.#psk = context.psk;
    const acquire: TransferContext["acquire"] = async (target) => this.#acquire(target);
    this.#transfers = { ...context, acquire };
  }

  async readResource(form: Form, limits?: InteractionLimits): Promise<Content> {
    return this.#request(form, Code.get, { payload: NO_BYTES, options: [], limits });
  }

  async writeResource(form: Form, content: Content, limits?: InteractionLimits): Promise<void> {
    const { type, body } = await fromContent(content);
    const options = contentFormatOption(form, type);
    await this.#request(form, Code.put, { payload: body, options, limits });
  }

  async invokeResource(
    form: Form,
    content?: Content,
    limits?: InteractionLimits,
  ): Promise<Content> {
    const input = content && (await fromContent(content));
    const isEmpty = !input || input.body.length === 0;
    const options = isEmpty ? [] : contentFormatOption(form, input.type);
    return this.#request(form, Code.post, { payload: input?.body ?? NO_BYTES, options, limits });
  }

  /** Of a form for all properties or events, each Content names its affordance. */
  async subscribeResource(
    form: Form,
    next: (content: Content) => void,
    error?: (error: Error) => void,
    complete?: () => void,
    limits: InteractionLimits = {},
  ): Promise<Subscription> {
    const { rng, pollingIntervalMs, observations, counters } = this.#context;
    const minimum = form["cov:minPollingInterval"];
    const isWhole = isOfWholeThing(form);
    const request = this.#requestOf(form, Code.get);
    const intervalMs = typeof minimum === "number" ? minimum * 1_000 : pollingIntervalMs;
    const listener = {
      startsEmpty: isWhole || [form.op ?? []].flat().includes("subscribeevent"),
      onNotification: (message: Frame) =>
        next(isWhole ? namedContent(message, form) : contentOf(message, form)),
      onError: (cause: Error, hasEnded: boolean) => {
        if (hasEnded) this.#forget(form.href, observed);
        error?.(cause);
        if (hasEnded) complete?.();
      },
    };
    const key = this.#observationKey(request, intervalMs);
    const context = this.#transfers;
    const options = { request, context, rng, counters, pollingIntervalMs: intervalMs };
    const observed: ObservationShare = observations.join(key, options, listener);
    this.#subscriptions.set(form.href, [...(this.#subscriptions.get(form.href) ?? []), observed]);
    try {
      const { signal, timeoutMs } = limits;
      const start = () => observed.start(timeoutMs);
      await abortable(form.href, signal, start, () => observed.abandon());
    } catch (thrown) {
      this.#forget(form.href, observed);
      throw toFogwotError(thrown);
    }
    return toSubscription(() => {
      this.#forget(form.href, observed);
      complete?.();
      return observed.stop();
    });
  }

  /** Ends the subscriptions made with this form's href. Never rejects: node-wot does not wait for it. */
  async unlinkResource(form: Form): Promise<void> {
    const observed = this.#subscriptions.get(form.href) ?? [];
    for (const one of observed) this.#forget(form.href, one);
    await Promise.all(observed.map((one) => one.stop()));
  }

  async requestThingDescription(uri: string): Promise<Content> {
    const { isConfirmable, scheme } = this.#context;
    const target = parseTarget(uri, scheme);
    const accept = (format: number): FormRequest => ({
      ...target,
      options: [...target.options, uintOption(OptionNumber.accept, format)],
      method: Code.get,
      isConfirmable,
      block1Size: undefined,
      block2Size: undefined,
    });
    let message = await this.#transfer(accept(ContentFormat.td), NO_BYTES, []);
    if (message.code === Code.notAcceptable) {
      message = await this.#transfer(accept(ContentFormat.json), NO_BYTES, []);
    }
    const error = responseError(uri, message);
    if (error) throw error;
    return toContent({ type: TD_TYPE, body: message.payload });
  }

  /**
   * Plain CoAP shows no credentials, so that only `nosec` can be honoured there; a connection needs
   * identity and key, by the scheme `psk`.
   *
   * @param credentials `{identity, key}`, key in hexadecimal or bytes; or node-wot's `{identity, psk}`
   */
  setSecurity(metadata: SecurityScheme[], credentials?: unknown): boolean {
    const { scheme, log } = this.#context;
    this.#psk = pskOf(credentials) ?? this.#context.psk;
    const able = scheme === "coap" ? ["nosec", "auto"] : this.#psk ? ["psk", "nosec", "auto"] : [];
    const unmet = metadata.filter((one) => !allows(one, able));
    if (unmet.length > 0) {
      const schemes = unmet.map((one) => one.scheme);
      log.warn({ scheme, schemes }, "no credentials for this Thing over CoAP");
    }
    return unmet.length === 0;
  }

  async start(): Promise<void> {}

  /** Ends this client's subscriptions; the channels belong to the factory. */
  async stop(): Promise<void> {
    const observed = [...this.#subscriptions.values()].flat();
    this.#subscriptions.clear();
    await Promise.all(observed.map((one) => one.stop()));
  }

  async #request(
    form: Form,
    method: number,
    { payload, options, limits }: RequestInput,
  ): Promise<Content> {
    const request = this.#requestOf(form, method);
    const message = await this.#transfer(request, payload, options, limits);
    const error = responseError(form.href, message);
    if (error) throw error;
    return contentOf(message, form);
  }

  #transfer(
    request: FormRequest,
    payload: Buffer,
    options: readonly Option[],
    { signal, timeoutMs = this.#context.timeoutMs }: InteractionLimits = {},
  ): Promise<Frame> {
    const context = { ...this.#transfers, timeoutMs, signal };
    return new Transfer(request, context).run({ payload, options });
  }

  #requestOf(form: Form, method: number): FormRequest {
    return requestOfForm(form, method, this.#context);
  }

  #acquire({ href, host, port }: Target): Promise<Channel> {
    const { pool, scheme } = this.#context;
    if (scheme === "coap") return pool.acquire({ href, host, port });
    const psk = this.#psk;
    if (psk && mayBeSentTo(psk, href)) return pool.acquire({ href, host, port, psk });
    throw new UnauthorizedError("a PSK identity and its key are required", { details: { href } });
  }

  /** Equal for registrations that a server cannot, or need not, tell apart. */
  #observationKey(request: FormRequest, intervalMs: number): string {
    const { href, method, isConfirmable, block2Size } = request;
    const options = request.options.map(({ number, value }) => [number, value.toString("hex")]);
    const asker = keyOf({ ...request, psk: this.#psk });
    return JSON.stringify([href, method, isConfirmable, block2Size, options, intervalMs, asker]);
  }

  #forget(href: string, observed: ObservationShare): void {
    const left = (this.#subscriptions.get(href) ?? []).filter((one) => one !== observed);
    if (left.length > 0) this.#subscriptions.set(href, left);
    else this.#subscriptions.delete(href);
  }
}

interface RequestInput {
  readonly payload: Buffer;
  readonly options: readonly Option[];
  readonly limits: InteractionLimits | undefined;
}

function contentOf(message: Frame, form: Form): Content {
  return toContent({ type: responseType(message, form), body: message.payload });
}
