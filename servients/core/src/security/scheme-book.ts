import type { SchemeSettings, SiteSecurity } from "../config/security-settings";
import type { BindingName } from "../servient/binding-name";
import type { SecurityDefinition, ThingSecurity } from "./access";

/** What each binding can carry. */
const CARRIED: Readonly<Record<BindingName, ReadonlySet<string>>> = {
  http: new Set(["nosec", "basic", "bearer", "apikey"]),
  coap: new Set(["nosec", "psk"]),
  mqtt: new Set(["nosec", "basic"]),
};

/** A scheme as far as one binding can carry it. */
interface Part {
  readonly name: string;
  readonly definitions: Readonly<Record<string, SecurityDefinition>>;
}

/** Which scheme each Thing has, and how a Thing Description says so. */
export class SchemeBook {
  readonly #settings: Pick<SiteSecurity, "schemes" | "default" | "things">;
  readonly #parts = new Map<string, Part | undefined>();
  readonly #descriptions = new Map<string, ThingSecurity>();

  constructor(settings: Pick<SiteSecurity, "schemes" | "default" | "things">) {
    this.#settings = settings;
  }

  /** @param thing id; undefined for what concerns a server */
  schemeOf(thing: string | undefined): string {
    const { things, default: usual } = this.#settings;
    if (thing === undefined) return usual;
    const own = Object.hasOwn(things, thing) ? things[thing] : undefined;
    return own ?? byName(things, thing) ?? usual;
  }

  isSecured(thing: string | undefined): boolean {
    return this.#settings.schemes[this.schemeOf(thing)]?.scheme !== "nosec";
  }

  /** @see Access.schemesFor */
  schemesFor(thing: string, binding: BindingName): readonly string[] {
    const part = this.#partOf(this.schemeOf(thing), binding);
    return part ? [part.name] : [];
  }

  /** @see Access.securityOf */
  securityOf(thing: string | undefined): ThingSecurity {
    const name = this.schemeOf(thing);
    const known = this.#descriptions.get(name);
    if (known) return known;
    const definitions: Record<string, SecurityDefinition> = this.#whole(name);
    for (const binding of Object.keys(CARRIED) as BindingName[]) {
      Object.assign(definitions, this.#partOf(name, binding)?.definitions);
    }
    const description: ThingSecurity = { securityDefinitions: definitions, security: [name] };
    this.#descriptions.set(name, description);
    return description;
  }

  #partOf(name: string, binding: BindingName): Part | undefined {
    const key = `${binding} ${name}`;
    if (!this.#parts.has(key)) this.#parts.set(key, this.#makePart(name, binding));
    return this.#parts.get(key);
  }

  /** A `combo` without the members that the binding cannot carry. */
  #makePart(name: string, binding: BindingName): Part | undefined {
    const settings = this.#settings.schemes[name];
    if (!settings) return undefined;
    const { scheme, oneOf, allOf } = settings;
    if (scheme !== "combo") {
      if (!CARRIED[binding].has(scheme)) return undefined;
      return { name, definitions: { [name]: definitionOf(settings) } };
    }
    const members = oneOf ?? allOf ?? [];
    const parts = members
      .map((member) => this.#partOf(member, binding))
      .filter((part) => part !== undefined);
    const isWhole = parts.length === members.length;
    // Half of what has to be shown together proves nothing.
    if (allOf && !isWhole) return undefined;
    const [first] = parts;
    if (!first || parts.length === 1) return first;
    const names = parts.map((part) => part.name);
    const own =
      isWhole && names.every((one, i) => one === members[i]) ? name : `${name}_${binding}`;
    const combo: SecurityDefinition = allOf
      ? { scheme: "combo", allOf: names }
      : { scheme: "combo", oneOf: names };
    const all = Object.assign({}, ...parts.map((part) => part.definitions)) as Part["definitions"];
    return { name: own, definitions: { ...all, [own]: combo } };
  }

  #whole(name: string): Record<string, SecurityDefinition> {
    const settings = this.#settings.schemes[name];
    if (!settings) return {};
    const members = settings.oneOf ?? settings.allOf ?? [];
    return Object.assign({}, ...members.map((member) => this.#whole(member)), {
      [name]: definitionOf(settings),
    }) as Record<string, SecurityDefinition>;
  }
}

/** Name of a Thing: the end of its id. */
export function thingName(id: string): string {
  return id.slice(id.lastIndexOf(":") + 1);
}

function byName<T>(table: Readonly<Record<string, T>>, thing: string): T | undefined {
  const name = thingName(thing);
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function definitionOf({
  scheme,
  name,
  in: place,
  oneOf,
  allOf,
}: SchemeSettings): SecurityDefinition {
  switch (scheme) {
    case "basic":
      return { scheme, in: "header" };
    case "bearer":
      return { scheme, in: "header", alg: "ES256", format: "jwt" };
    case "apikey":
      return { scheme, in: place ?? "header", name: name ?? "x-api-key" };
    case "combo":
      return allOf ? { scheme, allOf } : { scheme, oneOf: oneOf ?? [] };
    default:
      return { scheme };
  }
}
