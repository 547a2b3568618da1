import type * as WoT from "wot-typescript-definitions";
import type { BindingName } from "../servient/binding-name";
import type { Access, SecurityDefinition, ThingSecurity } from "./access";

/** What has the members of a Thing Description: an init, or an ExposedThing. */
interface Described {
  readonly id?: string;
  securityDefinitions?: unknown;
  security?: unknown;
}

/**
 * Writes into a Thing what its access asks for, and nothing else: a description neither promises
 * protection that is not there, nor leaves out what is asked for (TD 1.1, `td-security-no-extras`).
 */
export function describeSecurity(thing: object, access: Access): void {
  const described = thing as Described;
  const { securityDefinitions, security } = access.securityOf(described.id);
  described.securityDefinitions = structuredClone(securityDefinitions);
  described.security = [...security];
}

/** The same as one binding carries it, with the definitions that it takes and no others. */
export function securityOver(access: Access, thing: string, binding: BindingName): ThingSecurity {
  const all = access.securityOf(thing).securityDefinitions;
  const [name = access.securityOf(thing).security[0]] = access.schemesFor(thing, binding);
  const used: Record<string, SecurityDefinition> = {};
  const use = (one: string): void => {
    const definition = all[one];
    if (!definition || Object.hasOwn(used, one)) return;
    used[one] = definition;
    if ("oneOf" in definition) definition.oneOf.forEach(use);
    if ("allOf" in definition) definition.allOf.forEach(use);
  };
  use(name);
  return { securityDefinitions: used, security: [name] };
}

/** A Scripting API whose Things say what credentials they want. */
export function withSecurity<Api extends typeof WoT>(wot: Api, access: Access | undefined): Api {
  if (!access) return wot;
  return Object.assign(Object.create(wot) as Api, {
    produce: (init: WoT.ExposedThingInit) => {
      const described: WoT.ExposedThingInit = { ...init };
      describeSecurity(described, access);
      return wot.produce(described);
    },
  });
}
