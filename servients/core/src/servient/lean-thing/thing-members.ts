import { Helpers } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { ConfigError } from "../../errors";
import { SharedStrings } from "../share-strings";

type Json = Record<string, unknown>;

const KINDS = ["properties", "actions", "events"] as const;
const CONTEXTS = ["https://www.w3.org/2019/wot/td/v1", "https://www.w3.org/2022/wot/td/v1.1"];
const LANGUAGE = "@language";
/** Different affordances remembered; those of further models are not shared. */
const MOST_SHARED = 10_000;

/**
 * The members of Things that are being produced. Those of one model have the same affordances but
 * for their forms: what stands inside of one is made once, frozen, and shared by all of them.
 */
export class ThingMembers {
  readonly #affordances = new Map<string, Readonly<Json>>();
  readonly #strings = new SharedStrings();

  /**
   * A copy of an init that nobody else has, completed as node-wot completes it.
   * @throws ConfigError where it is no description of a Thing
   */
  of(init: WoT.ExposedThingInit): Json {
    const { valid, errors } = Helpers.validateExposedThingInit(init);
    if (!valid) {
      const wanted = `a Thing Description: ${errors}`;
      throw new ConfigError(`Thing ${init.title}`, [{ path: "", got: init.title, wanted }]);
    }
    const { properties, actions, events, ...rest } = init as Json;
    const all = { properties, actions, events };
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
    for (const kind of KINDS) {
      if (all[kind] !== undefined) members[kind] = this.#affordancesOf(all[kind] as Json);
    }
    addLanguage(members["@context"]);
    return members;
  }

  #affordancesOf(given: Json): Json {
    const all: Json = {};
    for (const [name, affordance] of Object.entries(given)) {
      // Also where the name is `__proto__`.
      const value = { ...this.#shared(affordance) };
      const own = { value, enumerable: true, writable: true, configurable: true };
      if (name === "__proto__") Object.defineProperty(all, name, own);
      else all[name] = value;
    }
    return all;
  }

  #shared(affordance: unknown): Readonly<Json> {
    const text = JSON.stringify(affordance);
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
