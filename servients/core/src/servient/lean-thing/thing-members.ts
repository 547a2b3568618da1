import { Helpers } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { FormModel } from "../../bindings/form-model";
import { keepForms, ThingForms } from "../../bindings/thing-forms";
import { ConfigError } from "../../errors";
import { SharedStrings } from "../share-strings";

type Json = Record<string, unknown>;

const KINDS = ["properties", "actions", "events"] as const;
const CONTEXTS = ["https://www.w3.org/2019/wot/td/v1", "https://www.w3.org/2022/wot/td/v1.1"];
const LANGUAGE = "@language";
/** Different affordances remembered; those of further models are not shared. */
const MOST_SHARED = 10_000;
const MOST_MODELS = 256;

/** What a Thing is made of. */
export interface ThingParts {
  /** Of its description: those of this very Thing, and nobody else's. */
  readonly members: Json;
  readonly forms: ThingForms;
}

/**
 * The members of Things that are being produced. Those of one model have the same affordances but
 * for their forms: what stands inside of one is made once, frozen, and shared by all of them.
 */
export class ThingMembers {
  readonly #affordances = new Map<string, Readonly<Json>>();
  /** By affordances that were found valid, then by what else their forms depend on. */
  readonly #models = new Map<string, Map<string, FormModel>>();
  readonly #strings = new SharedStrings();

  /**
   * A copy of an init that nobody else has, completed as node-wot completes it.
   * @throws ConfigError where it is no description of a Thing
   */
  of(init: WoT.ExposedThingInit): ThingParts {
    const { properties, actions, events, ...rest } = init as Json;
    const all = { properties, actions, events };
    const described = KINDS.flatMap((kind) =>
      Object.entries((all[kind] ?? {}) as Json).map(([name, affordance]) => {
        return { kind, name, text: JSON.stringify(affordance) };
      }),
    );
    const affordances = described.map(({ kind, name, text }) => `${kind}\n${name}\n${text}`);
    const kinds = KINDS.filter((kind) => all[kind] !== undefined).join(" ");
    const key = [kinds, ...affordances].join("\n");
    // What is the same in a thousand Things is looked at once.
    const isKnown = KINDS.every((kind) => isPlain(all[kind])) && this.#models.has(key);
    check(init, isKnown ? rest : init);
    const members: Json = {
      "@context": [...CONTEXTS],
      "@type": "Thing",
      title: "",
      securityDefinitions: {},
      security: "",
      properties: {},
      actions: {},
      events: {},
      links: [],
      id: "",
      ...(JSON.parse(JSON.stringify(rest)) as Json),
    };
    this.#strings.share(members);
    addLanguage(members["@context"]);
    const variants = remembered(this.#models, key, () => new Map<string, FormModel>());
    const context = JSON.stringify([members["@context"], members.uriVariables]);
    const forms = new ThingForms(remembered(variants, context, () => new FormModel()));
    for (const kind of KINDS) if (all[kind] !== undefined) members[kind] = {};
    for (const { kind, name, text } of described) {
      const value = { ...this.#shared(text) };
      keepForms(value, forms, `${kind}/${name}`);
      define(members[kind] as Json, name, value);
    }
    return { members, forms };
  }

  #shared(text: string): Readonly<Json> {
    const known = this.#affordances.get(text);
    if (known) return known;
    const members = JSON.parse(text) as Json;
    this.#strings.share(members);
    // Forms are each Thing's own, and so are variables: bindings add to both.
    for (const [key, member] of Object.entries(members)) if (!OWN.has(key)) freeze(member);
    if (!Object.keys(members).some((key) => OWN.has(key)) && this.#affordances.size < MOST_SHARED) {
      this.#affordances.set(text, members);
    }
    return members;
  }
}

const OWN: ReadonlySet<string> = new Set(["forms", "uriVariables"]);

/** @throws ConfigError where it is no description of a Thing. @param part of it that is not known to be valid */
function check(init: WoT.ExposedThingInit, part: object): void {
  const { valid, errors } = Helpers.validateExposedThingInit(part as WoT.ExposedThingInit);
  if (valid) return;
  const wanted = `a Thing Description: ${errors}`;
  throw new ConfigError(`Thing ${init.title}`, [{ path: "", got: init.title, wanted }]);
}

function isPlain(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && !Array.isArray(value));
}

/** The one that comes when there is no room takes the place of the oldest. */
function remembered<V>(all: Map<string, V>, key: string, make: () => V): V {
  const known = all.get(key);
  if (known !== undefined) return known;
  const [oldest] = all.size >= MOST_MODELS ? all.keys() : [];
  if (oldest !== undefined) all.delete(oldest);
  const made = make();
  all.set(key, made);
  return made;
}

/** Also where the name is `__proto__`. */
function define(holder: Json, name: string, value: unknown): void {
  if (name !== "__proto__") holder[name] = value;
  else Object.defineProperty(holder, name, { value, enumerable: true, writable: true });
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) freeze(member);
  Object.freeze(value);
}

/** As node-wot does: texts of a description that names no language are English. */
function addLanguage(context: unknown): void {
  if (!Array.isArray(context)) return;
  const names = context.some((entry) => entry && typeof entry === "object" && LANGUAGE in entry);
  if (!names) context.push({ [LANGUAGE]: "en" });
}
