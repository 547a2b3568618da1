import type { DataSchema } from "wot-typescript-definitions";
import { NotAcceptableError } from "../../../errors";
import { type InteractionRequest, readProperty, writeProperty } from "../../interaction";
import { JSON_TYPE } from "../../payload";
import { parseUriVariables } from "../../uri-variables";
import type { FormIndexes } from "../forms";
import { asksForLongPoll } from "../longpoll/wishes";
import { readBody } from "../server/body";
import { type Exchange, type Resource, resource } from "../server/exchange";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendEmpty, sendPayload } from "../server/respond";
import type { ThingTarget } from "../server/thing-target";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { poll, subscribe } from "./notifications";

export interface PropertyRoute {
  readonly name: string;
  readonly forms: FormIndexes;
  /** Of the URI variables. */
  readonly schemas: Readonly<Record<string, DataSchema>> | undefined;
  readonly types: readonly string[];
  readonly maxBodyBytes: number;
}

/** GET reads, or observes where an event stream or a poll is asked for; PUT writes. */
export function propertyResource(route: PropertyRoute): Resource<ThingTarget> {
  const { name, forms, schemas, types, maxBodyBytes } = route;
  const affordance = { kind: "properties", name } as const;
  const plainRead: InteractionRequest = { formIndex: forms.json ?? 0 };
  const isReadable = forms.json !== undefined;
  const isObservable = forms.observe !== undefined;
  const offered = [...(isReadable ? types : []), ...(isObservable ? [EVENT_STREAM_TYPE] : [])];

  const requestOf = (formIndex: number | undefined, query: string): InteractionRequest => {
    const uriVariables = parseUriVariables(query, schemas);
    return { formIndex: formIndex ?? 0, ...(uriVariables ? { uriVariables } : {}) };
  };

  const read = async (
    { request, response, query }: Exchange,
    { gate, thing }: ThingTarget,
    type: string,
  ): Promise<void> => {
    const passing = gate.pass(request, "readproperty", affordance);
    // No wait, not even of a microtask, where nobody is asked: a mash-up does this most of all.
    if (passing !== undefined) await passing;
    const formIndex = type === JSON_TYPE ? forms.json : forms.cbor;
    const asked = schemas || type !== JSON_TYPE ? requestOf(formIndex, query) : plainRead;
    sendPayload(response, 200, await readProperty(thing, name, asked));
  };

  const observe = async (
    exchange: Exchange,
    { gate, feeds }: ThingTarget,
    by: typeof poll,
  ): Promise<void> => {
    await gate.pass(exchange.request, "observeproperty", affordance);
    await gate.endWithCredentials(exchange);
    await by(exchange, () => feeds.notifications("properties", name));
  };

  const get = (exchange: Exchange, target: ThingTarget): Promise<void> => {
    const { request, query } = exchange;
    const { accept } = request.headers;
    if (isObservable && asksForLongPoll(query)) return observe(exchange, target, poll);
    if (isReadable && acceptsJson(accept)) return read(exchange, target, JSON_TYPE);
    // It is there, only not to be read.
    if (offered.length === 0) return read(exchange, target, JSON_TYPE);
    const type = negotiate(accept, offered);
    if (type !== EVENT_STREAM_TYPE) return read(exchange, target, type);
    if (!isObservable) throw new NotAcceptableError(accept ?? "", offered);
    return observe(exchange, target, subscribe);
  };

  const put = async (
    { request, response, query }: Exchange,
    { gate, thing }: ThingTarget,
  ): Promise<void> => {
    const passing = gate.pass(request, "writeproperty", affordance);
    if (passing !== undefined) await passing;
    const input = await readBody(request, maxBodyBytes, types);
    await writeProperty(thing, name, input, requestOf(forms.write, query));
    sendEmpty(response, 204);
  };

  return resource({
    ...(offered.length > 0 ? { GET: get } : {}),
    ...(forms.write === undefined ? {} : { PUT: put }),
  });
}
