import type { ExposedThing } from "@node-wot/core";
import { NotAcceptableError } from "../../../errors";
import { type InteractionRequest, readProperty, writeProperty } from "../../interaction";
import { JSON_TYPE } from "../../payload";
import { parseUriVariables, uriVariableSchemas } from "../../uri-variables";
import type { PropertyForms } from "../forms";
import { readBody } from "../server/body";
import { type Exchange, type Resource, resource } from "../server/exchange";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendEmpty, sendPayload } from "../server/respond";
import type { Channel } from "../sse/channel";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { streamHead } from "./stream-head";

export interface PropertyRoute {
  readonly thing: ExposedThing;
  readonly name: string;
  readonly forms: PropertyForms;
  readonly channel: Channel | undefined;
  readonly maxBodyBytes: number;
}

/** GET reads, or observes where an event stream is asked for; PUT writes. */
export function propertyResource(route: PropertyRoute): Resource {
  const { thing, name, forms, channel, maxBodyBytes } = route;
  const schemas = uriVariableSchemas(thing, thing.properties[name] ?? {});
  const plainRead: InteractionRequest = { formIndex: forms.read ?? 0 };

  const requestOf = (formIndex: number | undefined, query: string): InteractionRequest => {
    if (!schemas) return formIndex === undefined ? plainRead : { formIndex };
    const uriVariables = parseUriVariables(query, schemas);
    return { formIndex: formIndex ?? 0, ...(uriVariables ? { uriVariables } : {}) };
  };

  const read = async ({ response, query }: Exchange): Promise<void> => {
    const request = schemas ? requestOf(forms.read, query) : plainRead;
    sendPayload(response, 200, await readProperty(thing, name, request));
  };

  const get = (exchange: Exchange): Promise<void> => {
    const { accept } = exchange.request.headers;
    if (forms.read !== undefined && acceptsJson(accept)) return read(exchange);
    const offered = [
      ...(forms.read === undefined ? [] : [JSON_TYPE]),
      ...(channel ? [EVENT_STREAM_TYPE] : []),
    ];
    if (offered.length === 0) return read(exchange);
    if (negotiate(accept, offered) === JSON_TYPE) return read(exchange);
    if (!channel) throw new NotAcceptableError(accept ?? "", offered);
    return streamHead(exchange) ? Promise.resolve() : channel.subscribe(exchange);
  };

  const put = async ({ request, response, query }: Exchange): Promise<void> => {
    const input = await readBody(request, maxBodyBytes);
    await writeProperty(thing, name, input, requestOf(forms.write, query));
    sendEmpty(response, 204);
  };

  return resource({
    ...(forms.read !== undefined || channel ? { GET: get } : {}),
    ...(forms.write === undefined ? {} : { PUT: put }),
  });
}
