import { OperationNotAllowedError, OverloadedError } from "../../../errors";
import type { Clock } from "../../../time";
import {
  type InteractionRequest,
  invokeAction,
  readProperty,
  writeProperty,
} from "../../interaction";
import { JSON_TYPE, type Payload } from "../../payload";
import { parseUriVariables, uriVariableSchemas } from "../../uri-variables";
import {
  Code,
  codeText,
  contentFormatOf,
  MessageType,
  NO_BYTES,
  type Option,
  OptionNumber,
  uintOption,
} from "../message";
import { type Exchange, type Response, response } from "./exchange";
import type { Observation } from "./observation";
import type { Observers } from "./observers";
import { inputType, negotiate, type RequestOptions } from "./request";
import type { ThingEntry } from "./things";

/** One request to an affordance. */
export interface InteractionContext {
  readonly exchange: Exchange;
  readonly options: RequestOptions;
  /** Whole, also after a block-wise upload. */
  readonly payload: Buffer;
  readonly entry: ThingEntry;
  readonly name: string;
  /** Names this representation for this client, for the blocks after the first. */
  readonly transferKey: string;
}

/** What to answer, and what follows once it is on its way. */
export interface Outcome {
  readonly response: Response;
  readonly onSent?: () => void;
  readonly onReset?: () => void;
}

const MEDIA_TYPES = [JSON_TYPE];
const REGISTER = 0;
const DEREGISTER = 1;

/** The operations of WoT on the methods of CoAP. */
export class Interactions {
  readonly #observers: Observers;
  readonly #clock: Clock;

  constructor(observers: Observers, clock: Clock) {
    this.#observers = observers;
    this.#clock = clock;
  }

  async property(context: InteractionContext): Promise<Outcome> {
    const { exchange, options, entry, name } = context;
    const forms = entry.forms("properties", name);
    switch (exchange.request.code) {
      case Code.get: {
        negotiate(options, MEDIA_TYPES);
        this.#deregister(context);
        const mayObserve = forms.observe >= 0 && options.observe === REGISTER;
        if (mayObserve && this.#hasRoom(context)) return this.#observe(context, "properties");
        return { response: contentResponse(await this.#read(context)) };
      }
      case Code.put: {
        const { thing } = entry;
        const input = { type: inputType(options, MEDIA_TYPES), body: context.payload };
        const property = thing.properties[name];
        await writeProperty(thing, name, input, requestOf(context, forms.write, property));
        return { response: response(Code.changed) };
      }
      default:
        throw notAllowed(context, `property ${name}`);
    }
  }

  async action(context: InteractionContext): Promise<Outcome> {
    const { exchange, options, entry, name } = context;
    const forms = entry.forms("actions", name);
    if (exchange.request.code !== Code.post) throw notAllowed(context, `action ${name}`);
    negotiate(options, MEDIA_TYPES);
    const { thing } = entry;
    const type = context.payload.length > 0 ? inputType(options, MEDIA_TYPES) : JSON_TYPE;
    const output = await invokeAction(
      thing,
      name,
      { type, body: context.payload },
      requestOf(context, forms.invoke, thing.actions[name]),
    );
    return { response: output ? contentResponse(output) : response(Code.changed) };
  }

  async event(context: InteractionContext): Promise<Outcome> {
    const { exchange, options, entry, name } = context;
    entry.forms("events", name);
    const observe = exchange.request.code === Code.get ? options.observe : undefined;
    if (observe === DEREGISTER) {
      this.#deregister(context);
      return { response: response(Code.content) };
    }
    // An event has no state to read: it can be observed, and nothing else.
    if (observe !== REGISTER) throw notAllowed(context, `event ${name}`);
    negotiate(options, MEDIA_TYPES);
    if (!this.#hasRoom(context)) {
      throw new OverloadedError("this server's observers are at their maximum");
    }
    return this.#observe(context, "events");
  }

  #read(context: InteractionContext): Promise<Payload> {
    const { entry, name } = context;
    const { thing } = entry;
    const { read } = entry.forms("properties", name);
    return readProperty(thing, name, requestOf(context, read, thing.properties[name]));
  }

  #deregister({ exchange, options }: InteractionContext): void {
    if (options.observe !== DEREGISTER) return;
    const observation = this.#observers.find(exchange.request.token, exchange.remote);
    if (observation) this.#observers.remove(observation);
  }

  #hasRoom({ exchange }: InteractionContext): boolean {
    const { token } = exchange.request;
    return !this.#observers.isFull || this.#observers.find(token, exchange.remote) !== undefined;
  }

  async #observe(context: InteractionContext, kind: "properties" | "events"): Promise<Outcome> {
    const { exchange, entry, name } = context;
    const resource = `${entry.path}/${kind}/${name}`;
    const { token } = exchange.request;
    const known = this.#observers.find(token, exchange.remote);
    // The same client and token: a refresh of the entry, or a new resource in its place.
    const isRefresh = known?.settings.resource === resource;
    if (known && !isRefresh) this.#observers.remove(known);
    const observation = isRefresh ? known : this.#register(context, resource, kind);
    try {
      if (!isRefresh) await this.#subscribe(observation, entry, kind, name);
      const payload =
        kind === "properties" ? await this.#read(context) : { type: JSON_TYPE, body: NO_BYTES };
      const option = observation.registrationOption(kind === "properties");
      return {
        response: contentResponse(payload, observation.hasEnded ? [] : [option]),
        onSent: () => observation.open(),
        onReset: () => this.#observers.remove(observation),
      };
    } catch (error) {
      this.#observers.remove(observation);
      throw error;
    }
  }

  #register(
    { exchange, options, transferKey }: InteractionContext,
    resource: string,
    kind: "properties" | "events",
  ): Observation {
    return this.#observers.add({
      clock: this.#clock,
      token: Buffer.from(exchange.request.token),
      remote: exchange.remote,
      resource,
      isConfirmable: exchange.request.type === MessageType.confirmable,
      isEvent: kind === "events",
      transferKey,
      block: options.block2,
    });
  }

  async #subscribe(
    observation: Observation,
    entry: ThingEntry,
    kind: "properties" | "events",
    name: string,
  ): Promise<void> {
    const unsubscribe = await entry
      .feed(kind, name)
      .subscribe((notification) => observation.offer(notification));
    // The client may have left, or the Thing been destroyed, while the Thing subscribed.
    if (observation.hasEnded) unsubscribe();
    else observation.unsubscribe = unsubscribe;
  }
}

function requestOf(
  { options, entry }: InteractionContext,
  formIndex: number,
  affordance: { uriVariables?: unknown } | undefined,
): InteractionRequest {
  if (options.queries.length === 0) return { formIndex };
  const query = options.queries.map(encodeQuery).join("&");
  const variables = parseUriVariables(query, uriVariableSchemas(entry.thing, affordance ?? {}));
  return variables ? { formIndex, uriVariables: variables } : { formIndex };
}

/** Uri-Query options are percent-free; the shared parser wants a query string. */
function encodeQuery(query: string): string {
  const at = query.indexOf("=");
  if (at < 0) return encodeURIComponent(query);
  return `${encodeURIComponent(query.slice(0, at))}=${encodeURIComponent(query.slice(at + 1))}`;
}

function contentResponse(payload: Payload, options: readonly Option[] = []): Response {
  const format = payload.body.length > 0 ? contentFormatOf(payload.type) : undefined;
  return response(
    Code.content,
    format === undefined ? options : [...options, uintOption(OptionNumber.contentFormat, format)],
    payload.body,
  );
}

function notAllowed({ exchange }: InteractionContext, what: string): OperationNotAllowedError {
  return new OperationNotAllowedError(`method ${codeText(exchange.request.code)}`, what);
}
