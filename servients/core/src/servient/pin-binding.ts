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
 * The Thing Description with the forms of one binding only: what a mash-up consumes to measure
 * that binding, or to stay with it.
 *
 * (node-wot's own way, `formIndex`, makes a client without credentials at every call.)
 */
export function pinBinding<TD extends object>(td: TD, binding: BindingName): TD {
  const description = structuredClone(td) as Description;
  const keep = <T extends WithForms>(holder: T): T => ({
    ...holder,
    ...(holder.forms
      ? { forms: holder.forms.filter((form) => isOver(binding, form.href, description.base)) }
      : {}),
  });
  for (const kind of ["properties", "actions", "events"] as const) {
    const affordances = description[kind];
    if (!affordances) continue;
    for (const [name, affordance] of Object.entries(affordances)) {
      affordances[name] = keep(affordance);
    }
  }
  return keep(description) as TD;
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
