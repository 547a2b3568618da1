import type { ExposedThing, Form } from "@node-wot/core";
import { ConfigError } from "../../../errors";
import type { Logger } from "../../../log";
import { describeSecurity } from "../../../security";
import { actionsOf, isAsynchronous } from "../../actions";
import { valueTypes } from "../../payload";
import {
  addActionForms,
  addEventForms,
  addPropertyForms,
  addThingForms,
  type FormIndexes,
} from "../forms";
import type { HttpSettings } from "../options";
import { type ActionRoute, actionResource } from "../routes/action";
import { allActionsResource, invocationResource } from "../routes/action-status";
import { eventResource } from "../routes/event";
import { propertiesResource } from "../routes/properties";
import { propertyResource } from "../routes/property";
import type { ServedThing } from "../routes/root";
import { thingResource } from "../routes/thing";
import { allEventsResource } from "../routes/whole-stream";
import type { Streams } from "../sse/streams";
import { Gate } from "./gate";

import type { Router } from "./router";
import { ThingFeeds } from "./thing-feeds";

export interface ExposureOptions {
  readonly thing: ExposedThing;
  /** Encoded path below the root, `/fog-wifi/wifi-1`. */
  readonly path: string;
  /** The same path as advertised. */
  readonly url: string;
  readonly router: Router;
  readonly streams: Streams;
  readonly settings: HttpSettings;
  readonly log: Logger;
}

/** One Thing as this server has it. */
export interface Exposure extends ServedThing {
  /** Ends its event streams and polls, for good or until it is exposed again; aborts its asynchronous actions, where nobody else serves them. */
  close(thingIsGone: boolean): void;
}

/** What the routes of one Thing share. */
interface Common {
  readonly thing: ExposedThing;
  readonly gate: Gate;
  readonly types: readonly string[];
  readonly maxBodyBytes: number;
}

/**
 * Gives every affordance its forms and its resource.
 * @throws ConfigError when the Thing asks for a security scheme this server cannot enforce
 */
export function exposeThing(options: ExposureOptions): Exposure {
  const { thing, path, url, router, settings } = options;
  if (settings.access) describeSecurity(thing, settings.access);
  else refuseUnenforcedSecurity(thing);
  const gate = new Gate(settings, thing);
  const { maxBodyBytes, cbor } = settings;
  const common: Common = { thing, gate, types: valueTypes(cbor), maxBodyBytes };
  const feeds = new ThingFeeds(options);

  const properties = exposeProperties(options, common, feeds);
  const asyncActions = exposeActions(options, common);
  const releaseActions =
    asyncActions.length > 0 ? actionsOf(thing, settings.actions).retain() : () => undefined;
  exposeEvents(options, common, feeds);

  const has = (form: keyof FormIndexes): boolean =>
    [...properties.values()].some((forms) => forms[form] !== undefined);
  const changes = feeds.wholeStream("properties", gate);
  const events = feeds.wholeStream("events", gate);
  const namesParameter = addThingForms(thing, url, {
    readable: has("json"),
    writable: has("write"),
    observable: changes !== undefined,
    events: events !== undefined,
    asyncActions: asyncActions.length > 0,
    cbor,
  });
  if (properties.size > 0) {
    const whole = { ...common, forms: properties, namesParameter, changes };
    router.add(`${path}/properties`, thing.id, () => propertiesResource(whole));
  }
  if (events) router.add(`${path}/events`, thing.id, () => allEventsResource(events));
  if (asyncActions.length > 0) {
    router.add(`${path}/actions`, thing.id, () => allActionsResource(asyncActions));
  }
  router.add(path, thing.id, () => thingResource(thing, gate));
  if (settings.access) {
    secureForms(thing, url, settings.access.schemesFor(thing.id, "http"));
  }

  return {
    thing,
    url,
    gate,
    close(thingIsGone) {
      feeds.close(thingIsGone);
      releaseActions();
    },
  };
}

function exposeProperties(
  { thing, path, url, router, settings }: ExposureOptions,
  common: Common,
  feeds: ThingFeeds,
): ReadonlyMap<string, FormIndexes> {
  const all = new Map<string, FormIndexes>();
  for (const name of Object.keys(thing.properties)) {
    const suffix = below("properties", name);
    const forms = addPropertyForms(thing, name, url + suffix, settings.cbor);
    all.set(name, forms);
    const { observe } = forms;
    const notifications =
      observe === undefined ? undefined : feeds.notifications("properties", name, observe);
    router.add(path + suffix, thing.id, () =>
      propertyResource({ ...common, name, forms, notifications }),
    );
  }
  return all;
}

/** @returns the routes of those that are asynchronous */
function exposeActions(
  { thing, path, url, router, settings }: ExposureOptions,
  common: Common,
): ActionRoute[] {
  const asynchronous: ActionRoute[] = [];
  for (const name of Object.keys(thing.actions)) {
    const suffix = below("actions", name);
    const forms = addActionForms(thing, name, url + suffix, settings.cbor);
    const route = { ...common, name, forms, url: url + suffix };
    router.add(path + suffix, thing.id, () => actionResource(route));
    if (!isAsynchronous(thing, name)) continue;
    asynchronous.push(route);
    router.addChildren(path + suffix, thing.id, (id) => invocationResource(route, id));
  }
  return asynchronous;
}

function exposeEvents(
  { thing, path, url, router }: ExposureOptions,
  { gate }: Common,
  feeds: ThingFeeds,
): void {
  for (const name of Object.keys(thing.events)) {
    const suffix = below("events", name);
    const { observe = 0 } = addEventForms(thing, name, url + suffix);
    const notifications = feeds.notifications("events", name, observe);
    router.add(path + suffix, thing.id, () => eventResource(name, notifications, gate));
  }
}

/** Every form of ours says itself what it asks for: the Thing's scheme may be wider (TD 1.1, 5.3.4.2). */
function secureForms(thing: ExposedThing, url: string, [name]: readonly string[]): void {
  if (name === undefined) return;
  const kinds = [thing.properties, thing.actions, thing.events];
  const affordances = kinds.flatMap((kind): object[] => Object.values(kind));
  for (const holder of [thing, ...affordances] as { forms?: Form[] }[]) {
    for (const form of holder.forms ?? []) {
      if (form.href === url || form.href.startsWith(`${url}/`)) form.security = [name];
    }
  }
}

function below(kind: string, name: string): string {
  return `/${kind}/${encodeURIComponent(name)}`;
}

/** To serve a Thing openly whose description promises credentials would be a lie. */
function refuseUnenforcedSecurity(thing: ExposedThing): void {
  const definitions = thing.securityDefinitions as Record<string, { scheme: string } | undefined>;
  for (const name of [thing.security].flat().filter((entry) => entry !== "")) {
    const scheme = definitions[name]?.scheme;
    if (scheme === "nosec") continue;
    throw new ConfigError(`Thing ${thing.id}`, [
      { path: "/security", got: scheme ?? name, wanted: "nosec, or a server that is given access" },
    ]);
  }
}
