type Definition = Readonly<Record<string, unknown>>;
type Definitions = Readonly<Record<string, object>>;

/**
 * The definitions behind names of security definitions, with those of a `combo` in it.
 *
 * @see TD 1.1, section 5.3.3.4; a combination that contains itself ends there
 */
export function securitySchemes(
  names: readonly string[],
  definitions: Definitions,
  within: readonly string[] = [],
): Definition[] {
  return names.flatMap((name) => {
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
    if (!definition || within.includes(name)) return [];
    return [resolve(definition as Definition, definitions, [...within, name])];
  });
}

function resolve(
  definition: Definition,
  definitions: Definitions,
  within: readonly string[],
): Definition {
  if (definition.scheme !== "combo") return definition;
  const members = (list: unknown): Definition[] =>
    securitySchemes([list ?? []].flat() as string[], definitions, within);
  const { oneOf, allOf, ...rest } = definition;
  return {
    ...rest,
    ...(oneOf === undefined ? {} : { oneOf: members(oneOf) }),
    ...(allOf === undefined ? {} : { allOf: members(allOf) }),
  };
}
