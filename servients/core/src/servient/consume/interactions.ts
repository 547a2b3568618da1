import type { Form } from "@node-wot/core";
import type { InteractionLimits, LimitedClient } from "../../bindings/limits";
import { NotFoundError } from "../../errors";
import type { Activity } from "./activity";
import type { ClientPool } from "./client-pool";
import { fillVariables } from "./fill-variables";
import { type ChosenForm, FormChoice } from "./form-choice";
import { interact } from "./interact";
import type { PreparedThing } from "./prepared-thing";
import type { Affordance, AffordanceKind, InteractionOptions, UnusableForm } from "./types";

/** One operation on one affordance. */
export interface Use {
  readonly kind: AffordanceKind;
  readonly name: string;
  readonly op: string;
  readonly options: InteractionOptions | undefined;
}

export interface UsedAffordance extends ChosenForm {
  readonly affordance: Affordance;
}

const SINGULAR = { properties: "property", actions: "action", events: "event" } as const;

/** The way from one Thing's description to its clients: forms, variables, limits. */
export class Interactions {
  readonly thing: PreparedThing;
  readonly #activity: Activity;
  readonly #choice: FormChoice;

  constructor(thing: PreparedThing, clients: ClientPool, activity: Activity) {
    this.thing = thing;
    this.#activity = activity;
    this.#choice = new FormChoice(thing, clients);
  }

  get unusableForms(): UnusableForm[] {
    const kinds = ["properties", "actions", "events"] as const;
    return [
      ...this.#choice.unusable(this.thing.forms, "/forms"),
      ...kinds.flatMap((kind) =>
        Object.entries(this.thing[kind]).flatMap(([name, { forms }]) =>
          this.#choice.unusable(forms, formsPath(kind, name)),
        ),
      ),
    ];
  }

  /** @throws NotFoundError, OperationNotAllowedError, NoUsableFormError, InputError (variables) */
  use({ kind, name, op, options }: Use): UsedAffordance {
    const affordance = this.#affordance(kind, name);
    const what = this.#nameOf(kind, name);
    const wanted = { op, what, path: formsPath(kind, name), formIndex: options?.formIndex };
    const { client, form } = this.#choice.choose(affordance.forms, wanted);
    return { client, form: this.fill(affordance, form, options), affordance };
  }

  /** @throws NotFoundError */
  property(name: string): Affordance {
    return this.#affordance("properties", name);
  }

  /** A form of the whole Thing, its variables not filled in; undefined where none can be used. */
  useThing(op: string): ChosenForm | undefined {
    const isUsable = this.thing.forms.some(
      (form) => [form.op ?? []].flat().includes(op) && this.#choice.reason(form) === undefined,
    );
    return isUsable ? this.choose(this.thing.forms, op) : undefined;
  }

  /** @throws OperationNotAllowedError, NoUsableFormError */
  choose(forms: readonly Form[], op: string): ChosenForm {
    return this.#choice.choose(forms, { op, what: this.thing.title, path: "/forms" });
  }

  /** The form with its URI variables filled in. @param holder the affordance, or the Thing */
  fill(holder: object, form: Form, options?: InteractionOptions): Form {
    const { uriVariables = {} } = holder as Partial<Affordance>;
    const schemas = { ...this.thing.uriVariables, ...uriVariables };
    return fillVariables(form, schemas, options?.uriVariables as Record<string, unknown>);
  }

  call<T>(
    { client, form }: ChosenForm,
    { signal, timeoutMs }: InteractionOptions = {},
    work: (client: LimitedClient, limits: InteractionLimits) => Promise<T>,
  ): Promise<T> {
    const limits = { signal, timeoutMs };
    return this.#activity.during(() =>
      interact(client, form.href, limits, (limited) => work(limited, limits)),
    );
  }

  #affordance(kind: AffordanceKind, name: string): Affordance {
    const affordances = this.thing[kind];
    const affordance = Object.hasOwn(affordances, name) ? affordances[name] : undefined;
    if (!affordance) throw new NotFoundError(this.#nameOf(kind, name));
    return affordance;
  }

  #nameOf(kind: AffordanceKind, name: string): string {
    return `${SINGULAR[kind]} ${name} of ${this.thing.title}`;
  }

  /** Ends the clients that no other Thing uses. */
  async stopOwnClients(): Promise<void> {
    await Promise.all(this.#choice.ownClients.map((client) => client.stop()));
  }
}

function formsPath(kind: AffordanceKind, name: string): string {
  return `/${kind}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}/forms`;
}
