import { MeasurementError } from "../errors";
import { formsOf, operationsOf, type PlacedForm } from "../explain/walk";
import { quote } from "../explain/wording";
import { isObject, type JsonObject } from "../json/json";
import { formatPointer } from "../json/pointer";
import { fogwotContext } from "../jsonld/contexts";
import { type FormMeasurement, measurementMembers } from "./measurement";

/**
 * The Thing Description with `fog:rttMs`, `fog:pdr`, `fog:requests` and `fog:measuredAt` in the form
 * that each measurement was made with: a Consumer that has the choice can take the faster or the surer
 * one. Earlier values are replaced. The prefix `fog` is declared in `@context` where it is not yet.
 *
 * @throws MeasurementError where a value is out of range, or no form fits
 */
export function annotateMeasurements<TD extends object>(
  td: TD,
  measurements: readonly FormMeasurement[],
): TD {
  const result = structuredClone(td) as JsonObject;
  if (measurements.length === 0) return result as TD;
  const forms = formsOf(result);
  for (const [index, measurement] of measurements.entries()) {
    const members = measurementMembers(measurement, index);
    const { form } = measuredForm(forms, measurement, result.base, index);
    for (const [term, value] of Object.entries(members)) {
      if (value === undefined) delete form[term];
      else form[term] = value;
    }
  }
  declarePrefix(result);
  return result as TD;
}

function measuredForm(
  forms: readonly PlacedForm[],
  { affordance, op, binding, href }: FormMeasurement,
  base: unknown,
  index: number,
): PlacedForm {
  const found = forms.find((placed) => {
    const of = formatPointer(placed.of?.path ?? []);
    if (of !== affordance || !operationsOf(placed).includes(op)) return false;
    if (href !== undefined && placed.form.href !== href) return false;
    return bindingOf(placed.form.href, base) === familyOf(binding);
  });
  if (found) return found;
  const target = href === undefined ? `over ${binding}` : `at ${quote(href)} over ${binding}`;
  throw new MeasurementError(
    `/${index}`,
    `${op} of ${affordance || "the Thing"} ${target}`,
    "a form of the Thing Description that offers it",
  );
}

function bindingOf(href: unknown, base: unknown): string | undefined {
  for (const address of [href, base]) {
    const scheme =
      typeof address === "string" ? /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1] : undefined;
    if (scheme !== undefined) return familyOf(scheme);
  }
  return undefined;
}

/** `coaps+tcp` is CoAP, `https` HTTP: one binding, whatever carries it. */
function familyOf(scheme: string): string {
  return /^(https?|coaps?(?:\+(?:tcp|ws))?|mqtts?)$/i.test(scheme)
    ? scheme.slice(0, 4).toLowerCase()
    : scheme.toLowerCase();
}

/** The prefix alone: W3C's schema lets no term be defined in a Thing Description's own context. */
function declarePrefix(td: JsonObject): void {
  const context = td["@context"];
  const contexts = context === undefined ? [] : [context].flat();
  const { fog } = fogwotContext();
  const declared = contexts.filter(isObject).find((one) => one.fog !== undefined);
  if (declared === undefined) td["@context"] = [...contexts, { fog }];
  else if (declared.fog !== fog) {
    throw new MeasurementError("", `a prefix "fog" for ${quote(declared.fog)}`, quote(fog));
  }
}
