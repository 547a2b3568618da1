import { namesIn } from "../../operation-variables";
import { JSON_TYPE } from "../../payload";
import { propertySet, readProperties, writeProperties } from "../../property-sets";
import type { FormIndexes } from "../forms";
import { readBody } from "../server/body";
import { type Exchange, type Resource, resource } from "../server/exchange";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendEmpty, sendPayload } from "../server/respond";
import type { ThingTarget } from "../server/thing-target";
import { EVENT_STREAM_TYPE } from "../sse/streams";
import { subscribeAll } from "./whole-stream";

export interface PropertiesRoute {
  readonly forms: ReadonlyMap<string, FormIndexes>;
  /** Query parameter with the names of those to read. */
  readonly namesParameter: string;
  readonly isObservable: boolean;
  readonly types: readonly string[];
  readonly maxBodyBytes: number;
}

/** GET reads all readable properties or those named, or observes them all; PUT writes those sent. */
export function propertiesResource(route: PropertiesRoute): Resource<ThingTarget> {
  const { forms, isObservable, types, maxBodyBytes } = route;
  const having = (form: keyof FormIndexes): string[] =>
    [...forms].filter(([, indexes]) => indexes[form] !== undefined).map(([name]) => name);
  const readable = having("json");
  const writable = having("write");
  const offered = [
    ...(readable.length > 0 ? types : []),
    ...(isObservable ? [EVENT_STREAM_TYPE] : []),
  ];

  const read = async (
    { request, response, query }: Exchange,
    { thing, gate }: ThingTarget,
    type: string,
  ): Promise<void> => {
    const named = namesIn(query, route.namesParameter, readable);
    await gate.pass(request, named ? "readmultipleproperties" : "readallproperties");
    // All stands for all the asker may read; who names one gets the refusal.
    if (named) for (const name of named) await gate.pass(request, "readproperty", property(name));
    const names = named ?? (await gate.permitted(request, "readproperty", "properties", readable));
    const values = await readProperties(thing, names, (name) => forms.get(name)?.json ?? 0);
    sendPayload(response, 200, propertySet(values, type));
  };

  const get = async (exchange: Exchange, target: ThingTarget): Promise<void> => {
    const { accept } = exchange.request.headers;
    const type =
      readable.length > 0 && acceptsJson(accept) ? JSON_TYPE : negotiate(accept, offered);
    if (type !== EVENT_STREAM_TYPE) await read(exchange, target, type);
    else await subscribeAll(exchange, "observeallproperties", target);
  };

  const put = async (
    { request, response }: Exchange,
    { thing, gate }: ThingTarget,
  ): Promise<void> => {
    await gate.pass(request, "writemultipleproperties");
    const input = await readBody(request, maxBodyBytes, types);
    const formIndexOf = (name: string): number => forms.get(name)?.write ?? 0;
    await writeProperties(thing, input, formIndexOf, async (name) => {
      await gate.pass(request, "writeproperty", property(name));
    });
    sendEmpty(response, 204);
  };

  return resource({
    ...(offered.length > 0 ? { GET: get } : {}),
    ...(writable.length > 0 ? { PUT: put } : {}),
  });
}

function property(name: string) {
  return { kind: "properties", name } as const;
}
