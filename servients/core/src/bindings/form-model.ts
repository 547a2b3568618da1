import type { Form } from "@node-wot/core";

/** The Thing and its affordances, by where they stand in it. */
export type Holders = Map<string, object>;

/** What may be declared for the sake of forms, beside them. */
interface Described {
  forms?: Form[];
  uriVariables?: object;
  "@context"?: unknown;
}

/** Stands for the address of a Thing in forms of all of them. No address holds it: RFC 3986; MQTT 5, 1.5.4. */
export function markOf(index: number): string {
  return `\u0001${index}\u0002`;
}

/** As it stands in JSON text. */
const MARK = /\\u0001(\d+)\\u0002/g;

/** Puts addresses where their marks are, in JSON text. */
export function withBases(text: string, bases: readonly string[]): string {
  const escaped = bases.map((base) => JSON.stringify(base).slice(1, -1));
  return text.replace(MARK, (mark, index: string) => escaped[Number(index)] ?? mark);
}

/**
 * The forms that Things of one model get: a tree of steps, one for each binding that adds its own,
 * because the index of a form depends on who was there before.
 */
export class FormModel {
  readonly begin = new FormStep(undefined, undefined, new Map());
}

/** Forms of one affordance, those of the steps before included. */
interface Template {
  /** JSON, the addresses marked. */
  readonly text: string;
  readonly types: readonly (string | undefined)[];
}

const NONE: Template = { text: "[]", types: [] };

export class FormStep {
  /** What the binding keeps of it. */
  readonly result: unknown;
  readonly #templates = new Map<string, Template>();
  readonly #variables = new Map<string, object>();
  readonly #context: unknown;
  readonly #next = new Map<string, FormStep>();
  readonly #depth: number;

  constructor(before: FormStep | undefined, result: unknown, holders: Holders) {
    this.result = result;
    this.#depth = before ? before.#depth + 1 : 0;
    for (const [at, holder] of holders) {
      const { forms = [], uriVariables } = holder as Described;
      const types = forms.map(({ contentType }) => contentType);
      this.#templates.set(at, { text: JSON.stringify(forms), types });
      if (uriVariables) this.#variables.set(at, { ...uriVariables });
    }
    this.#context = (holders.get("") as Described | undefined)?.["@context"];
  }

  next(key: string): FormStep | undefined {
    return this.#next.get(key);
  }

  /** @param holders with the forms of this step and of the new one */
  append(key: string, result: unknown, holders: Holders): FormStep {
    const step = new FormStep(this, result, holders);
    this.#next.set(key, step);
    return step;
  }

  /** Declares in another Thing what its forms need: prefixes of terms, URI variables. */
  declareIn(holderAt: (at: string) => object | undefined): void {
    for (const [at, variables] of this.#variables) {
      const holder = holderAt(at) as Described | undefined;
      if (holder) holder.uriVariables = { ...variables };
    }
    const context = this.#context;
    const thing = holderAt("") as Described | undefined;
    if (thing && context !== undefined) {
      thing["@context"] = Array.isArray(context) ? [...context] : context;
    }
  }

  countAt(at: string): number {
    return (this.#templates.get(at) ?? NONE).types.length;
  }

  typeAt(at: string, index: number): string | undefined {
    return this.#templates.get(at)?.types[index];
  }

  /** JSON of the forms, the addresses marked. */
  textAt(at: string): string {
    return (this.#templates.get(at) ?? NONE).text;
  }

  /** @param bases addresses of the Thing, in the order of the steps */
  formsAt(at: string, bases: readonly string[]): Form[] {
    return JSON.parse(withBases(this.textAt(at), bases)) as Form[];
  }
}
