interface Scheme {
  readonly scheme: string;
  readonly [member: string]: unknown;
}

/** What a form asks of who uses it. */
export interface FormSecurity {
  /** Resolved definitions, as a protocol client takes them. */
  readonly schemes: readonly Scheme[];
  /** Whether credentials are wanted. */
  readonly isSecured: boolean;
}

const OPEN = new Set(["nosec", "auto"]);
const DEEPEST = 10;

/** The form's own security, else the Thing's; combinations with their members in place of names. */
export function securityOf(form: object, td: object): FormSecurity {
  const names =
    (form as { security?: unknown }).security ?? (td as { security?: unknown }).security;
  const { securityDefinitions } = td as { securityDefinitions?: unknown };
  const definitions = (securityDefinitions ?? {}) as Readonly<Record<string, Scheme | undefined>>;
  const resolve = (list: unknown, depth: number): Scheme[] =>
    [list ?? []].flat().flatMap((name) => {
      const definition = definitions[String(name)];
      if (!definition || depth > DEEPEST) return [];
      const { oneOf, allOf } = definition;
      return [
        {
          ...definition,
          ...(oneOf === undefined ? {} : { oneOf: resolve(oneOf, depth + 1) }),
          ...(allOf === undefined ? {} : { allOf: resolve(allOf, depth + 1) }),
        },
      ];
    });
  const schemes = resolve(names, 0);
  return { schemes, isSecured: schemes.some(isClosed) };
}

function isClosed({ scheme, oneOf, allOf }: Scheme): boolean {
  if (Array.isArray(oneOf)) return oneOf.every(isClosed);
  if (Array.isArray(allOf)) return allOf.some(isClosed);
  return !OPEN.has(scheme);
}
