import type { AccessRule } from "../config/security-settings";
import { ForbiddenError } from "../errors";
import type { AccessRequest, Principal } from "./access";
import { thingName } from "./scheme-book";

interface CompiledRule {
  readonly things: ReadonlySet<string> | undefined;
  readonly affordances: ReadonlySet<string> | undefined;
  readonly operations: ReadonlySet<string> | undefined;
  readonly scopes: ReadonlySet<string>;
}

/** Operations that a rule need not name besides the one they belong to. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  readmultipleproperties: "readallproperties",
  writemultipleproperties: "writeallproperties",
  unobserveproperty: "observeproperty",
  unobserveallproperties: "observeallproperties",
  unsubscribeevent: "subscribeevent",
  unsubscribeallevents: "subscribeallevents",
};

/** The site's access rules, in their order. */
export class Rules {
  readonly #rules: readonly CompiledRule[];

  constructor(rules: readonly AccessRule[]) {
    this.#rules = rules.map(({ things, affordances, operations, scopes }) => ({
      things: things && new Set(things),
      affordances: affordances && new Set(affordances),
      operations: operations && new Set(operations.map(general)),
      scopes: new Set(scopes),
    }));
  }

  /** @throws ForbiddenError that names the scopes, one of which would do */
  check(principal: Principal, request: AccessRequest): void {
    const rule = this.#find(request);
    if (rule && (rule.scopes.size === 0 || principal.scopes.some((one) => rule.scopes.has(one)))) {
      return;
    }
    throw refusal(request, [...(rule?.scopes ?? [])]);
  }

  #find({ thing, affordance, op }: AccessRequest): CompiledRule | undefined {
    const operation = general(op);
    for (const rule of this.#rules) {
      if (rule.operations && !rule.operations.has(operation)) continue;
      if (rule.affordances && !(affordance && rule.affordances.has(affordance.name))) continue;
      if (rule.things && !(thing !== undefined && names(rule.things, thing))) continue;
      return rule;
    }
    return undefined;
  }
}

function refusal({ op, affordance, thing }: AccessRequest, scopes: string[]): ForbiddenError {
  const where = [thing && thingName(thing), affordance?.name].filter(Boolean).join(" ");
  const wanted = scopes.length === 0 ? "nobody may" : `wanted scope ${scopes.join(" or ")}`;
  const message = `${op} of ${where || "this server"}: ${wanted}`;
  return new ForbiddenError(message, { details: { op, scopes } });
}

function names(things: ReadonlySet<string>, thing: string): boolean {
  return things.has(thing) || things.has(thingName(thing));
}

function general(op: string): string {
  return STANDS_FOR[op] ?? op;
}
