import type { ExposedThing } from "@node-wot/core";
import { NotAcceptableError } from "../../../errors";
import { type InteractionRequest, readProperty, writeProperty } from "../../interaction";
import { JSON_TYPE } from "../../payload";
import { parseUriVariables, uriVariableSchemas } from "../../uri-variables";
import type { FormIndexes } from "../forms";
import { asksForLongPoll } from "../longpoll/wishes";
import { readBody } from "../server/body";
import { type Exchange, type Resource, resource } from "../server/exchange";
import type { Gate } from "../server/gate";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendEmpty, sendPayload } from "../server/respond";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { type Notifications, poll, subscribe } from "./notifications";

export interface PropertyRoute {
  readonly thing: ExposedThing;
  readonly name: string;
  readonly forms: FormIndexes;
  /** Undefined for a property that cannot be observed. */
  readonly notifications: Notifications | undefined;
  readonly gate: Gate;
  readonly types: readonly string[];
  readonly maxBodyBytes: number;
}

/** GET reads, or observes where an event stream or a poll is asked for; PUT writes. */
export function propertyResource(route: PropertyRoute): Resource {
  const { thing, name, forms, notifications, gate, types, maxBodyBytes } = route;
  const schemas = uriVariableSchemas(thing, thing.properties[name] ?? {});
  const affordance = { kind: "properties", name } as const;
  const plainRead: InteractionRequest = { formIndex: forms.json ?? 0 };
  const isReadable = forms.json !== undefined;
  const offered = [...(isReadable ? types : []), ...(notifications ? [EVENT_STREAM_TYPE] : [])];

  const requestOf = (formIndex: number | undefined, query: string): InteractionRequest => {
    const uriVariables = parseUriVariables(query, schemas);
    return { formIndex: formIndex ?? 0, ...(uriVariables ? { uriVariables } : {}) };
  };

  const read = async ({ request, response, query }: Exchange, type: string): Promise<void> => {
    const passing = gate.pass(request, "readproperty", affordance);
    // No wait, not even of a microtask, where nobody is asked: a mash-up does this most of all.
    if (passing !== undefined) await passing;
    const formIndex = type === JSON_TYPE ? forms.json : forms.cbor;
    const asked = schemas || type !== JSON_TYPE ? requestOf(formIndex, query) : plainRead;
    sendPayload(response, 200, await readProperty(thing, name, asked));
  };

  const observe = async (exchange: Exchange, by: typeof poll): Promise<void> => {
    await gate.pass(exchange.request, "observeproperty", affordance);
    await gate.endWithCredentials(exchange);
    if (notifications) await by(exchange, notifications);
  };

  const get = (exchange: Exchange): Promise<void> => {
    const { request, query } = exchange;
    const { accept } = request.headers;
    if (notifications && asksForLongPoll(query)) return observe(exchange, poll);
    if (isReadable && acceptsJson(accept)) return read(exchange, JSON_TYPE);
    // It is there, only not to be read.
    if (offered.length === 0) return read(exchange, JSON_TYPE);
    const type = negotiate(accept, offered);
    if (type !== EVENT_STREAM_TYPE) return read(exchange, type);
    if (!notifications) throw new NotAcceptableError(accept ?? "", offered);
    return observe(exchange, subscribe);
  };

  const put = async ({ request, response, query }: Exchange): Promise<void> => {
    const passing = gate.pass(request, "writeproperty", affordance);
    if (passing !== undefined) await passing;
    const input = await readBody(request, maxBodyBytes, types);
    await writeProperty(thing, name, input, requestOf(forms.write, query));
    sendEmpty(response, 204);
  };

  return resource({
    ...(isReadable || notifications ? { GET: get } : {}),
    ...(forms.write === undefined ? {} : { PUT: put }),
  });
}
