import type { ErrorObject } from "ajv";

/** Ajv's error as the end of the sentence "wanted …". */
export function wantedOf(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "additionalProperties":
      return `no member "${String(params.additionalProperty)}"`;
    case "required":
      return `a member "${String(params.missingProperty)}"`;
    case "enum":
      return `one of ${JSON.stringify(params.allowedValues)}`;
    case "const":
      return JSON.stringify(params.allowedValue);
    case "type":
      return `type ${String(params.type)}`;
    default:
      return (error.message ?? error.keyword).replace(/^must (be |have |NOT have )?/, (m) =>
        m.includes("NOT") ? "not " : "",
      );
  }
}
