import type { Workbench } from "./fogwot";

interface Form {
  readonly href: string;
  readonly op?: string | readonly string[];
  readonly [term: string]: unknown;
}

export interface Description {
  readonly id: string;
  readonly base?: string;
  readonly properties: Readonly<Record<string, { readonly forms: readonly Form[] }>>;
  readonly actions: Readonly<Record<string, { readonly forms: readonly Form[] }>>;
}

/** The Thing Description of a Thing of the running site, as a foreigner would fetch it. */
export async function describeThing(bench: Workbench, id: string): Promise<Description> {
  const { things } = await bench.json<{ things: { id: string; tdUrl: string }[] }>("things");
  const url = things.find((thing) => thing.id.endsWith(`:${id}`))?.tdUrl ?? "";
  return (await (await fetch(url)).json()) as Description;
}

/** Where an operation is done over a scheme, absolute. */
export function hrefOf(
  td: Description,
  forms: readonly Form[],
  scheme: string,
  operation: string,
): string {
  const found = formOf(td, forms, scheme, operation);
  return new URL(found.href, td.base).href;
}

export function formOf(
  td: Description,
  forms: readonly Form[],
  scheme: string,
  operation: string,
): Form {
  const form = forms.find(
    (one) =>
      new URL(one.href, td.base).protocol === `${scheme}:` && [one.op].flat().includes(operation),
  );
  if (!form) throw new Error(`${td.id} has no ${scheme} form for ${operation}`);
  return form;
}
