import type { DataSchema } from "wot-typescript-definitions";
import type { FormIndexes } from "../forms";
import { type ActionRoute, actionResource } from "../routes/action";
import { allActionsResource, invocationResource } from "../routes/action-status";
import { eventResource } from "../routes/event";
import { propertiesResource } from "../routes/properties";
import { propertyResource } from "../routes/property";
import { descriptionResource } from "../routes/thing";
import { allEventsResource } from "../routes/whole-stream";
import { type Found, found, type Resource } from "./exchange";
import type { ThingTarget } from "./thing-target";

/** What requests to an affordance depend on, besides the Thing. */
export interface AffordancePlan {
  readonly kind: "properties" | "actions" | "events";
  readonly name: string;
  readonly forms: FormIndexes;
  readonly schemas: Readonly<Record<string, DataSchema>> | undefined;
  readonly isAsync: boolean;
}

/** What is the same for all Things of a server. */
export interface PlanSettings {
  readonly types: readonly string[];
  readonly maxBodyBytes: number;
}

/** The resources of all Things of one model, by what stands behind a Thing's path. */
export class ThingPlan {
  /** Form that notifies, by affordance. */
  readonly notifying = { properties: new Map<string, number>(), events: new Map<string, number>() };
  readonly #resources = new Map<string, Resource<ThingTarget>>();
  readonly #asynchronous = new Map<string, ActionRoute>();

  constructor(
    affordances: readonly AffordancePlan[],
    namesParameter: string,
    settings: PlanSettings,
  ) {
    const properties = new Map<string, FormIndexes>();
    for (const { kind, name, forms, schemas, isAsync } of affordances) {
      const suffix = below(kind, name);
      const route = { name, forms, schemas, isAsync, suffix, ...settings };
      if (kind !== "actions" && forms.observe !== undefined) {
        this.notifying[kind].set(name, forms.observe);
      }
      if (kind === "events") this.#resources.set(suffix, eventResource(name));
      if (kind === "actions") this.#resources.set(suffix, actionResource(route));
      if (kind === "properties") {
        properties.set(name, forms);
        this.#resources.set(suffix, propertyResource(route));
      }
      if (isAsync) this.#asynchronous.set(suffix, route);
    }
    this.#resources.set("", descriptionResource);
    if (properties.size > 0) {
      const isObservable = this.notifying.properties.size > 0;
      const whole = { forms: properties, namesParameter, isObservable, ...settings };
      this.#resources.set("/properties", propertiesResource(whole));
    }
    if (this.notifying.events.size > 0) this.#resources.set("/events", allEventsResource);
    const asynchronous = [...this.#asynchronous.values()];
    if (asynchronous.length > 0) {
      this.#resources.set("/actions", allActionsResource(asynchronous));
    }
  }

  get hasAsyncActions(): boolean {
    return this.#asynchronous.size > 0;
  }

  /** @param suffix the rest of a path below the Thing */
  find(suffix: string, target: ThingTarget): Found | undefined {
    const resource = this.#resources.get(suffix);
    if (resource) return found(resource, target);
    const slash = suffix.lastIndexOf("/");
    const route = this.#asynchronous.get(suffix.slice(0, slash));
    if (!route) return undefined;
    return found(invocationResource(route, decodeURIComponent(suffix.slice(slash + 1))), target);
  }
}

/** Path of an affordance below its Thing. */
export function below(kind: string, name: string): string {
  return `/${kind}/${encodeURIComponent(name)}`;
}
