import { type ListedForm, listForms } from "@fogwot/thing-descriptions";
import { addressOf } from "./address";

/** One operation of one form, and where it is asked for. */
export interface Target {
  readonly listed: ListedForm;
  readonly op: string;
  /** Absolute; as it is written where that cannot be told. */
  readonly href: string;
  /** Why it cannot be asked. */
  readonly problem: string | undefined;
}

/** Every operation of every form, the Thing's own first. */
export function targetsOf(td: object): Target[] {
  return listForms(td).flatMap((listed) => targetsOfForm(listed, td));
}

function targetsOfForm(listed: ListedForm, td: object): Target[] {
  const { base, uriVariables } = td as { base?: unknown; uriVariables?: object };
  const variables = { ...uriVariables, ...(listed.of?.affordance.uriVariables as object) };
  const address = addressOf(listed.form.href, base, variables);
  const place =
    "href" in address
      ? { href: address.href, problem: undefined }
      : { href: String(listed.form.href ?? ""), problem: address.problem };
  return listed.operations.map((op) => ({ listed, op, ...place }));
}
