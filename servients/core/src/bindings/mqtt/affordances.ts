import type { AccessRequest } from "../../security";

/** As much of a Thing Description as says which operations there are. */
export interface DescribedThing {
  readonly id?: string;
  readonly properties?: Readonly<Record<string, DescribedProperty | undefined>>;
  readonly actions?: Readonly<Record<string, { readonly synchronous?: boolean } | undefined>>;
  readonly events?: Readonly<Record<string, unknown>>;
}

interface DescribedProperty {
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly observable?: boolean;
}

export function readableProperties({ properties = {} }: DescribedThing): string[] {
  return Object.keys(properties).filter((name) => !properties[name]?.writeOnly);
}

export function observableProperties(thing: DescribedThing): string[] {
  return readableProperties(thing).filter((name) => thing.properties?.[name]?.observable);
}

export function writableProperties({ properties = {} }: DescribedThing): string[] {
  return Object.keys(properties).filter((name) => !properties[name]?.readOnly);
}

export function asyncActions({ actions = {} }: DescribedThing): string[] {
  return Object.keys(actions).filter((name) => actions[name]?.synchronous === false);
}

/**
 * What an operation on a whole Thing does to each affordance: the Thing, which does not know who
 * asks, does it to all of them, so that all of it has to be permitted.
 *
 * @param names of those that are touched; all there are by default
 */
export function partsOf(
  { thing, op }: Pick<AccessRequest, "thing" | "op">,
  described: DescribedThing,
  names?: readonly string[],
): AccessRequest[] {
  const each = (kind: "properties" | "actions", part: string, all: readonly string[]) =>
    (names ?? all).map((name) => ({ thing, op: part, affordance: { kind, name } }));
  switch (op) {
    case "readallproperties":
    case "readmultipleproperties":
      return each("properties", "readproperty", readableProperties(described));
    case "writeallproperties":
    case "writemultipleproperties":
      return each("properties", "writeproperty", writableProperties(described));
    case "queryallactions":
      return each("actions", "queryaction", asyncActions(described));
    default:
      return [];
  }
}
