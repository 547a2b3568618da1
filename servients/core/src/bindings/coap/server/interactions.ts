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
  NO_BYTES,
  type Option,
  OptionNumber,
  uintOption,
} from "../message";
import { type Exchange, type Response, response } from "./exchange";
import type { Observation } from "./observation";
import type { Observers } from "./observers";
import { inputType, negotiate, type RequestOptions } from "./request";
import type { AffordanceRoute, ThingEntry } from "./things";

/** One request whose resource is known. */
export interface RoutedRequest {
  readonly exchange: Exchange;
  readonly options: RequestOptions;
  /** Whole, also after a block-wise upload. */
  readonly payload: Buffer;
  /** Names this representation for this client, for the blocks after the first. */
  readonly transferKey: string;
}

/** What to answer, and what follows once it is on its way. */
export interface Outcome {
  readonly response: Response;
  /** @param isPartial the client has to fetch the rest of the response */
  readonly onSent?: (isPartial: boolean) => void;
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

  async property(route: AffordanceRoute, request: RoutedRequest): Promise<Outcome> {
    const { exchange, options, payload } = request;
    const { entry, name } = route;
    const forms = entry.forms("properties", name);
    switch (exchange.request.code) {
      case Code.get: {
        negotiate(options, MEDIA_TYPES);
        if (options.observe === DEREGISTER) this.#deregister(exchange);
        const mayObserve = forms.observe >= 0 && options.observe === REGISTER;
        if (mayObserve && this.#hasRoom(exchange)) return this.#observe(route, request);
        return { response: represent(Code.content, await this.#read(route, options)) };
      }
      case Code.put: {
        const { thing } = entry;
        const input = { type: inputType(options, MEDIA_TYPES), body: payload };
        const target = requestOf(entry, options, forms.write, thing.properties[name]);
        await writeProperty(thing, name, input, target);
        return { response: response(Code.changed) };
      }
      default:
        throw notAllowed(exchange, `property ${name}`);
    }
  }

  /** An object of every readable property, read now. One that fails fails the whole. */
  async allProperties(entry: ThingEntry, { exchange, options }: RoutedRequest): Promise<Outcome> {
    if (exchange.request.code !== Code.get) throw notAllowed(exchange, "the set of properties");
    negotiate(options, MEDIA_TYPES);
    const members = await Promise.all(
      entry.readable().map(async ([name, formIndex]) => {
        const { body } = await readProperty(entry.thing, name, { formIndex });
        // JSON text already; a handler that gave nothing has no member.
        return body.length > 0 ? [`${JSON.stringify(name)}:${body.toString("utf8")}`] : [];
      }),
    );
    const body = Buffer.from(`{${members.flat().join(",")}}`);
    return { response: represent(Code.content, { type: JSON_TYPE, body }) };
  }

  async action({ entry, name }: AffordanceRoute, request: RoutedRequest): Promise<Outcome> {
    const { exchange, options, payload } = request;
    const forms = entry.forms("actions", name);
    if (exchange.request.code !== Code.post) throw notAllowed(exchange, `action ${name}`);
    negotiate(options, MEDIA_TYPES);
    const { thing } = entry;
    const type = payload.length > 0 ? inputType(options, MEDIA_TYPES) : JSON_TYPE;
    const target = requestOf(entry, options, forms.invoke, thing.actions[name]);
    const output = await invokeAction(thing, name, { type, body: payload }, target);
    // 2.04 with the result as payload (RFC 7252, section 5.9.1.4); 2.05 is for GET.
    return { response: output ? represent(Code.changed, output) : response(Code.changed) };
  }

  async event(route: AffordanceRoute, request: RoutedRequest): Promise<Outcome> {
    const { exchange, options } = request;
    const { entry, name } = route;
    entry.forms("events", name);
    if (exchange.request.code !== Code.get) throw notAllowed(exchange, `event ${name}`);
    if (options.observe === DEREGISTER) {
      this.#deregister(exchange);
      return { response: response(Code.content) };
    }
    if (options.observe !== REGISTER) {
      // An event has no state to read: it can be observed, and nothing else.
      throw new OperationNotAllowedError("GET without Observe", `event ${name}`);
    }
    negotiate(options, MEDIA_TYPES);
    if (!this.#hasRoom(exchange)) {
      throw new OverloadedError("this server's observers are at their maximum");
    }
    return this.#observe(route, request);
  }

  #read({ entry, name }: AffordanceRoute, options: RequestOptions): Promise<Payload> {
    const { thing } = entry;
    const { read } = entry.forms("properties", name);
    return readProperty(thing, name, requestOf(entry, options, read, thing.properties[name]));
  }

  #deregister({ request, remote }: Exchange): void {
    const observation = this.#observers.find(request.token, remote);
    if (observation) this.#observers.remove(observation);
  }

  #hasRoom({ request, remote }: Exchange): boolean {
    return !this.#observers.isFull || this.#observers.find(request.token, remote) !== undefined;
  }

  async #observe(route: AffordanceRoute, request: RoutedRequest): Promise<Outcome> {
    const { exchange, options } = request;
    const { kind, entry, name } = route;
    const resource = `${entry.path}/${kind}/${name}`;
    const known = this.#observers.find(exchange.request.token, exchange.remote);
    // The same client and token: a refresh of the entry, or a new resource in its place.
    const isRefresh = known?.settings.resource === resource;
    if (known && !isRefresh) this.#observers.remove(known);
    const observation = isRefresh ? known : this.#register(route, request, resource);
    try {
      if (!isRefresh) await this.#subscribe(observation, route);
      const payload =
        kind === "properties"
          ? await this.#read(route, options)
          : { type: JSON_TYPE, body: NO_BYTES };
      const option = observation.registrationOption(kind === "properties");
      return {
        response: represent(Code.content, payload, observation.hasEnded ? [] : [option]),
        onSent: (isPartial) => observation.open(isPartial),
        onReset: () => this.#observers.remove(observation),
      };
    } catch (error) {
      this.#observers.remove(observation);
      throw error;
    }
  }

  #register(route: AffordanceRoute, request: RoutedRequest, resource: string): Observation {
    const { exchange, options, transferKey } = request;
    return this.#observers.add({
      clock: this.#clock,
      token: Buffer.from(exchange.request.token),
      remote: exchange.remote,
      thingPath: route.entry.path,
      resource,
      isConfirmable: exchange.isConfirmable,
      isEvent: route.kind === "events",
      transferKey,
      block: options.block2,
    });
  }

  async #subscribe(observation: Observation, route: AffordanceRoute): Promise<void> {
    const { kind, entry, name } = route;
    const feed = entry.feed(kind === "events" ? kind : "properties", name);
    const unsubscribe = await feed.subscribe((notification) => observation.offer(notification));
    // The client may have left, or the Thing been destroyed, while the Thing subscribed.
    if (observation.hasEnded) unsubscribe();
    else observation.unsubscribe = unsubscribe;
  }
}

function requestOf(
  { thing }: ThingEntry,
  { queries }: RequestOptions,
  formIndex: number,
  affordance: { uriVariables?: unknown } | undefined,
): InteractionRequest {
  if (queries.length === 0) return { formIndex };
  const query = queries.map(encodeQuery).join("&");
  const variables = parseUriVariables(query, uriVariableSchemas(thing, affordance ?? {}));
  return variables ? { formIndex, uriVariables: variables } : { formIndex };
}

/** Uri-Query options are percent-free; the shared parser wants a query string. */
function encodeQuery(query: string): string {
  const at = query.indexOf("=");
  if (at < 0) return encodeURIComponent(query);
  return `${encodeURIComponent(query.slice(0, at))}=${encodeURIComponent(query.slice(at + 1))}`;
}

function represent(code: number, payload: Payload, options: readonly Option[] = []): Response {
  const format = payload.body.length > 0 ? contentFormatOf(payload.type) : undefined;
  return response(
    code,
    format === undefined ? options : [...options, uintOption(OptionNumber.contentFormat, format)],
    payload.body,
  );
}

function notAllowed({ request }: Exchange, what: string): OperationNotAllowedError {
  return new OperationNotAllowedError(METHODS[request.code] ?? codeText(request.code), what);
}

const METHODS: readonly (string | undefined)[] = [
  undefined,
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "FETCH",
  "PATCH",
  "iPATCH",
];
