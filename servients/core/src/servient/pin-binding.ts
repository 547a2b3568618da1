import { BINDING_NAMES, type BindingName } from "./binding-name";

interface WithForms {
  forms?: readonly { href: string }[];
}

interface Description extends WithForms {
  base?: string;
  properties?: Record<string, WithForms>;
  actions?: Record<string, WithForms>;
  events?: Record<string, WithForms>;
}

const SCHEMES: Record<BindingName, readonly string[]> = {
  http: ["http", "https"],
  coap: ["coap", "coaps", "coap+tcp", "coaps+tcp"],
  mqtt: ["mqtt", "mqtts"],
};

/**
 * The Thing Description with the forms of one binding only, and what can be done over it: what a
 * mash-up consumes to measure that binding, or to stay with it. `consume(td, { binding })` does it.
 */
export function pinBinding<TD extends object>(td: TD, binding: BindingName): TD {
  const { forms, ...description } = structuredClone(td) as Description;
  const { base } = description;
  const keep = (all: readonly { href: string }[] | undefined): { href: string }[] =>
    (all ?? []).filter((form) => isOver(binding, form.href, base));
  for (const kind of ["properties", "actions", "events"] as const) {
    const affordances = Object.entries(description[kind] ?? {});
    if (!description[kind]) continue;
    // A list of forms must not be empty: what the binding does not offer is left out.
    description[kind] = Object.fromEntries(
      affordances.flatMap(([name, affordance]) => {
        const kept = keep(affordance.forms);
        return kept.length > 0 ? [[name, { ...affordance, forms: kept }]] : [];
      }),
    );
  }
  const whole = keep(forms);
  return { ...description, ...(whole.length > 0 ? { forms: whole } : {}) } as TD;
}

/** Which bindings a Thing Description offers. */
export function bindingsOf(td: object): BindingName[] {
  const { base, forms = [], ...rest } = td as Description;
  const affordances = [rest.properties, rest.actions, rest.events].flatMap((kind) =>
    Object.values(kind ?? {}),
  );
  const all = [...forms, ...affordances.flatMap((one) => one.forms ?? [])];
  return BINDING_NAMES.filter((binding) => all.some((form) => isOver(binding, form.href, base)));
}

function isOver(binding: BindingName, href: string, base: string | undefined): boolean {
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(href) ? href : (base ?? "");
  return SCHEMES[binding].includes(absolute.slice(0, absolute.indexOf(":")).toLowerCase());
}
