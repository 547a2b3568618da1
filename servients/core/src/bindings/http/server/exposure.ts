import type { ExposedThing, Form } from "@node-wot/core";
import { ConfigError } from "../../../errors";
import type { Logger } from "../../../log";
import { describeSecurity } from "../../../security";
import { actionsOf, isAsynchronous } from "../../actions";
import { valueTypes } from "../../payload";
import { addForms } from "../../thing-forms";
import { uriVariableSchemas } from "../../uri-variables";
import {
  addActionForms,
  addEventForms,
  addPropertyForms,
  addThingForms,
  type FormIndexes,
} from "../forms";
import type { HttpSettings } from "../options";
import type { Streams } from "../sse/streams";
import type { Found } from "./exchange";
import { Gate } from "./gate";
import type { Mounted, Router } from "./router";
import { ThingFeeds } from "./thing-feeds";
import { type AffordancePlan, below, ThingPlan } from "./thing-plan";
import type { ThingTarget } from "./thing-target";

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
export class Exposure implements ThingTarget, Mounted {
  readonly thing: ExposedThing;
  readonly url: string;
  readonly gate: Gate;
  readonly feeds: ThingFeeds;
  readonly #options: ExposureOptions;
  readonly #plan: ThingPlan;
  readonly #releaseActions: (() => void) | undefined;

  /**
   * Gives every affordance its forms, and the router the Thing.
   * @throws ConfigError when the Thing asks for a security scheme this server cannot enforce
   */
  constructor(options: ExposureOptions) {
    const { thing, path, url, router, settings } = options;
    if (settings.access) describeSecurity(thing, settings.access);
    else refuseUnenforcedSecurity(thing);
    this.#options = options;
    this.thing = thing;
    this.url = url;
    this.gate = new Gate(settings, thing);
    const [scheme] = settings.access?.schemesFor(thing.id, "http") ?? [];
    const { cbor, maxBodyBytes } = settings;
    const key = `http ${cbor} ${maxBodyBytes} ${scheme ?? ""}`;
    this.#plan = addForms(thing, key, url, (base) => planOf(thing, base, settings, scheme));
    if (this.#plan.hasAsyncActions) {
      this.#releaseActions = actionsOf(thing, settings.actions).retain();
    }
    this.feeds = new ThingFeeds({ ...options, plan: this.#plan });
    router.mount(path, this);
  }

  find(suffix: string): Found | undefined {
    return this.#plan.find(suffix, this);
  }

  /** Ends its event streams and polls, for good or until it is exposed again; aborts its asynchronous actions, where nobody else serves them. */
  close(thingIsGone: boolean): void {
    const { router, path } = this.#options;
    router.unmount(path);
    this.feeds.close(thingIsGone);
    this.#releaseActions?.();
  }
}

/** Adds the forms, and says what they lead to. */
function planOf(
  thing: ExposedThing,
  base: string,
  { cbor, maxBodyBytes }: HttpSettings,
  scheme: string | undefined,
): ThingPlan {
  const affordances = affordancesOf(thing, base, cbor);
  const namesParameter = addFormsOfWhole(thing, base, affordances, cbor);
  if (scheme !== undefined) secureForms(thing, base, scheme);
  return new ThingPlan(affordances, namesParameter, { types: valueTypes(cbor), maxBodyBytes });
}

/** Adds the forms of every affordance. */
function affordancesOf(thing: ExposedThing, url: string, cbor: boolean): AffordancePlan[] {
  const add = (
    kind: AffordancePlan["kind"],
    name: string,
    write: (href: string) => FormIndexes,
  ): AffordancePlan => ({
    kind,
    name,
    forms: write(url + below(kind, name)),
    schemas: uriVariableSchemas(thing, thing[kind][name] ?? {}),
    isAsync: kind === "actions" && isAsynchronous(thing, name),
  });
  return [
    ...Object.keys(thing.properties).map((name) =>
      add("properties", name, (href) => addPropertyForms(thing, name, href, cbor)),
    ),
    ...Object.keys(thing.actions).map((name) =>
      add("actions", name, (href) => addActionForms(thing, name, href, cbor)),
    ),
    ...Object.keys(thing.events).map((name) =>
      add("events", name, (href) => addEventForms(thing, name, href)),
    ),
  ];
}

/** @returns the query parameter that names the properties to read */
function addFormsOfWhole(
  thing: ExposedThing,
  url: string,
  affordances: readonly AffordancePlan[],
  cbor: boolean,
): string {
  const has = (kind: AffordancePlan["kind"], form: keyof FormIndexes): boolean =>
    affordances.some((one) => one.kind === kind && one.forms[form] !== undefined);
  return addThingForms(thing, url, {
    readable: has("properties", "json"),
    writable: has("properties", "write"),
    observable: has("properties", "observe"),
    events: has("events", "observe"),
    asyncActions: affordances.some(({ isAsync }) => isAsync),
    cbor,
  });
}

/** Every form of ours says itself what it asks for: the Thing's scheme may be wider (TD 1.1, 5.3.4.2). */
function secureForms(thing: ExposedThing, url: string, scheme: string): void {
  const kinds = [thing.properties, thing.actions, thing.events];
  const affordances = kinds.flatMap((kind): object[] => Object.values(kind));
  for (const holder of [thing, ...affordances] as { forms?: Form[] }[]) {
    for (const form of holder.forms ?? []) {
      if (form.href === url || form.href.startsWith(`${url}/`)) form.security = [scheme];
    }
  }
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
