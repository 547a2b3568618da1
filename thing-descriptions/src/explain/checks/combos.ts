import type { Finding } from "../../finding";
import type { JsonObject } from "../../json/json";
import { members, strings } from "../walk";
import { quote } from "../wording";
import { type Check, error } from "./check";
import { onCircles } from "./circles";
import { definedNames } from "./defined-names";

/** Security schemes that combine others: of one kind, of defined ones, never of themselves. */
export const checkCombos: Check = (document) => {
  const combos = members(document.securityDefinitions).filter(
    ([, { scheme }]) => scheme === "combo",
  );
  const defined = definedNames(document.securityDefinitions, "securityDefinitions");
  const findings: Finding[] = [];
  for (const [name, combo] of combos) {
    const path = ["securityDefinitions", name];
    if (combo.oneOf !== undefined && combo.allOf !== undefined) {
      findings.push(
        error({
          path,
          got: "oneOf and allOf",
          wanted: "exactly one of them",
          rule: "td-security-combo-exclusive-oneof-or-allof",
        }),
      );
    }
    for (const term of ["oneOf", "allOf"]) {
      for (const [index, part] of strings(combo[term]).entries()) {
        if (defined.has(part)) continue;
        findings.push(
          error({
            path: [...path, term, index],
            got: quote(part),
            wanted: defined.wanted,
            rule: "td-vocab-security--Thing",
          }),
        );
      }
    }
  }
  return [...findings, ...circles(combos)];
};

function circles(combos: readonly [string, JsonObject][]): Finding[] {
  const parts = new Map(
    combos.map(([name, combo]) => [name, [...strings(combo.oneOf), ...strings(combo.allOf)]]),
  );
  return [...onCircles(parts)].map((name) =>
    error({
      path: ["securityDefinitions", name],
      got: "a combination that contains itself",
      wanted: "no circle",
      rule: "td-processor",
    }),
  );
}
