import { FogwotError } from "../../errors";
import type { BindingName } from "../binding-name";
import type { UnusableForm } from "./types";

/** The Thing offers an operation, but over no form that this Servient can use. */
export class NoUsableFormError extends FogwotError {
  readonly code = "NO_USABLE_FORM";
  readonly title = "No form can be used";
  readonly status = 501;
  readonly forms: readonly UnusableForm[];
  constructor(op: string, what: string, forms: readonly UnusableForm[]) {
    const reasons = forms.map(({ href, reason }) => `${href} (${reason})`).join("; ");
    super(`${what}: no form for ${op} can be used: ${reasons}`, { details: { op, what, forms } });
    this.forms = forms;
  }
}

/** A Thing was to be consumed over a binding that it does not offer. */
export class NoSuchBindingError extends FogwotError {
  readonly code = "NO_SUCH_BINDING";
  readonly title = "The Thing does not offer the binding";
  readonly status = 400;
  constructor(thing: string, binding: string, offered: readonly BindingName[]) {
    super(`${thing} offers ${offered.join(", ") || "no binding of ours"}, not ${binding}`, {
      details: { thing, binding, offered },
    });
  }
}
