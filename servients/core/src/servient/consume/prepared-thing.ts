import { explain } from "@fogwot/thing-descriptions";
import type { Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { InvalidThingDescriptionError } from "../../discovery/errors";
import { resolveTemplate } from "../../discovery/uri-template";
import type { Affordance, AffordanceKind } from "./types";

/** A Thing Description, checked, with the defaults of TD 1.1 filled in. Shared, so never changed. */
export interface PreparedThing {
  /** JSON text of the description as it was given. */
  readonly text: string;
  readonly id: string | undefined;
  readonly title: string;
  readonly security: readonly string[];
  readonly securityDefinitions: Readonly<Record<string, object>>;
  readonly uriVariables: Readonly<Record<string, WoT.DataSchema>>;
  readonly forms: readonly Form[];
  readonly properties: Readonly<Record<string, Affordance>>;
  readonly actions: Readonly<Record<string, Affordance>>;
  readonly events: Readonly<Record<string, Affordance>>;
}

type Members = Record<string, unknown>;

const DEFAULT_OPS: Readonly<Record<AffordanceKind, (affordance: Members) => string[]>> = {
  properties: ({ readOnly, writeOnly }) => [
    ...(writeOnly === true ? [] : ["readproperty"]),
    ...(readOnly === true ? [] : ["writeproperty"]),
  ],
  actions: () => ["invokeaction"],
  events: () => ["subscribeevent", "unsubscribeevent"],
};

const DEFAULT_CLAIMS: Readonly<Record<AffordanceKind, Members>> = {
  properties: { readOnly: false, writeOnly: false, observable: false },
  actions: { safe: false, idempotent: false },
  events: {},
};

/** Characters of the descriptions kept for the next `consume` of the same one. */
const MAX_REMEMBERED = 4 * 1024 * 1024;
const remembered = new Map<string, PreparedThing>();
let rememberedLength = 0;

/**
 * @param td as given, or with the forms of one binding only
 * @throws InvalidThingDescriptionError with the place, what was got and what was wanted
 * @see TD 1.1, section 5.4 (default values); Scripting API, "expand a TD", "validate a TD"
 */
export function prepareThing(td: object): PreparedThing {
  const text = JSON.stringify(td);
  const known = remembered.get(text);
  if (known) {
    remembered.delete(text);
    remembered.set(text, known);
    return known;
  }
  const prepared = prepare(text);
  remembered.set(text, prepared);
  rememberedLength += text.length;
  for (const oldest of remembered.keys()) {
    if (rememberedLength <= MAX_REMEMBERED) break;
    remembered.delete(oldest);
    rememberedLength -= oldest.length;
  }
  return prepared;
}

function prepare(text: string): PreparedThing {
  const td = JSON.parse(text) as Members;
  refuseInvalid(td);
  const base = typeof td.base === "string" ? td.base : undefined;
  const kind = (name: AffordanceKind) => prepareKind(name, td[name] as Members, base);
  return deepFreeze({
    ...td,
    text,
    id: td.id as string | undefined,
    title: String(td.title),
    security: [td.security ?? []].flat() as string[],
    securityDefinitions: (td.securityDefinitions ?? {}) as Record<string, object>,
    uriVariables: (td.uriVariables ?? {}) as Record<string, WoT.DataSchema>,
    forms: prepareForms(td.forms as Members[] | undefined, [], base),
    properties: kind("properties"),
    actions: kind("actions"),
    events: kind("events"),
  });
}

/** Beyond the schema: without its security no form can be used, with two models it is no Thing. */
const FATAL = /(^|\/)security(\/|$)|^\/links\//;

/** W3C's Thing Model of a directory has responses without a content type: they carry no payload. */
const BARE_RESPONSE = /\/forms\/\d+\/response$/;

function refuseInvalid(td: Members): void {
  const isError = ({ level }: { level: string }) => level === "error";
  const [first = explain(td, { kind: "td" }).find((one) => isError(one) && FATAL.test(one.path))] =
    explain(td, { kind: "td", schemaOnly: true })
      .filter(isError)
      .filter(({ path, wanted }) => !(BARE_RESPONSE.test(path) && wanted.includes("contentType")));
  if (!first) return;
  throw new InvalidThingDescriptionError({
    code: "NOT_A_THING_DESCRIPTION",
    url: "",
    ...(typeof td?.id === "string" ? { id: td.id } : {}),
    message: `${first.path || "/"}: got ${first.got}, wanted ${first.wanted}`,
  });
}

function prepareKind(
  kind: AffordanceKind,
  affordances: Members | undefined,
  base: string | undefined,
): Record<string, Affordance> {
  const prepared = Object.entries(affordances ?? {}).map(([name, one]) => {
    const affordance = one as Members;
    const ops = DEFAULT_OPS[kind](affordance);
    const forms = prepareForms(affordance.forms as Members[], ops, base);
    return [name, { ...DEFAULT_CLAIMS[kind], ...affordance, forms }] as const;
  });
  return Object.fromEntries(prepared) as Record<string, Affordance>;
}

function prepareForms(
  forms: readonly Members[] | undefined,
  ops: readonly string[],
  base: string | undefined,
): Form[] {
  const prepared = (forms ?? []).map((form) => ({
    contentType: "application/json",
    ...form,
    op: [form.op ?? ops].flat() as string[],
    href: resolveTemplate(String(form.href), base),
    ...(form.security === undefined ? {} : { security: [form.security].flat() as string[] }),
  }));
  // Which operations there are is the schema's affair.
  return prepared as Form[];
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
