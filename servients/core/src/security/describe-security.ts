import type * as WoT from "wot-typescript-definitions";
import type { Access } from "./access";

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
