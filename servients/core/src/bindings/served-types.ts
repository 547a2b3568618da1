import { ConfigError, type Mismatch } from "../errors";
import { CBOR_TYPE } from "./cbor";
import { JSON_TYPE } from "./payload";
import type { ThingForms } from "./thing-forms";

/** Event streams are how HTTP notifies, whatever their data is in. */
const SERVED: ReadonlySet<string> = new Set([JSON_TYPE, CBOR_TYPE, "text/event-stream"]);
const WANTED = `${JSON_TYPE} or ${CBOR_TYPE}: the bindings serve no other`;

/**
 * A Thing's own forms give way to those of the bindings. Where they name a media type that no
 * binding serves, a value in JSON would be what its author did not mean.
 * @throws ConfigError with every form that names one
 */
export function refuseOtherTypes(title: string, { given }: ThingForms): void {
  const mismatches: Mismatch[] = [];
  for (const [at, forms] of given) {
    for (const [index, { contentType, response }] of forms.entries()) {
      const path = `${at === "" ? "" : `/${at}`}/forms/${index}`;
      if (!isServed(contentType)) {
        mismatches.push({ path: `${path}/contentType`, got: contentType, wanted: WANTED });
      }
      if (!isServed(response?.contentType)) {
        const got = response?.contentType;
        mismatches.push({ path: `${path}/response/contentType`, got, wanted: WANTED });
      }
    }
  }
  if (mismatches.length > 0) throw new ConfigError(`Thing ${title}`, mismatches);
}

/** @param type with its parameters; JSON where none is named (TD 1.1, 5.3.4.2) */
function isServed(type: string | undefined): boolean {
  return type === undefined || SERVED.has(type.split(";", 1)[0]?.trim().toLowerCase() ?? "");
}
