import type { Finding } from "../../finding";
import { isObject } from "../../json/json";
import { fogwotContext } from "../../jsonld/contexts";
import { MEASUREMENT_TERMS } from "../../measurements/measurement";
import { formsOf } from "../walk";
import { quote } from "../wording";
import { type Check, error, warning } from "./check";

/** What our vocabulary says of measured values in forms. */
export const checkMeasurements: Check = (document) => {
  const contexts = [document["@context"]].flat();
  const ours = fogwotContext().fog;
  // Elsewhere the prefix may name a vocabulary of somebody else.
  if (!contexts.some((context) => isObject(context) && context.fog === ours)) return [];
  return formsOf(document).flatMap(({ form, path }) => {
    const findings: Finding[] = Object.entries(MEASUREMENT_TERMS).flatMap(([term, rule]) => {
      const value = form[term];
      if (value === undefined || rule.isMet(value)) return [];
      const fault = { path: [...path, term], got: quote(value), wanted: rule.wanted, rule: term };
      return [error(fault)];
    });
    const isMeasured = form["fog:rttMs"] !== undefined || form["fog:pdr"] !== undefined;
    if (isMeasured && form["fog:measuredAt"] === undefined) {
      findings.push(
        warning({
          path,
          got: "a measurement without fog:measuredAt",
          wanted: "the time it was made at: networks change",
          rule: "fog:measuredAt",
        }),
      );
    }
    return findings;
  });
};
