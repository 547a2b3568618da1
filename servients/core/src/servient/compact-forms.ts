import type { ExposedThing, Form } from "@node-wot/core";

/** An affordance of a Thing; its forms are those of every binding. */
interface Affordance {
  forms: Form[];
  [STATE]?: State;
}

type State =
  /** While the bindings add theirs, or where somebody set them: as they are. */
  | { readonly forms: Form[] }
  /** Afterwards. */
  | Compact;

const STATE = Symbol("forms");

/** A text of forms, held once for all Things that have it. */
interface Template {
  readonly text: string;
  /** Media types of its forms. */
  readonly types: readonly (string | undefined)[];
  uses: number;
}

/**
 * Forms as text that Things of one model share, and the base addresses that tell them apart: a
 * thousand Device Things have a hundred thousand forms, nearly all of which are looked at only when
 * somebody asks for a description. They are read from the text when they are looked at, and kept
 * as long as the garbage collector lets them.
 */
class Compact {
  readonly #template: Template;
  readonly #bases: readonly string[];
  #read: WeakRef<Form[]> | undefined;

  constructor(template: Template, bases: readonly string[]) {
    this.#template = template;
    this.#bases = bases;
  }

  /** Known without reading the forms. */
  typeAt(index: number): string | undefined {
    return this.#template.types[index];
  }

  get forms(): Form[] {
    const known = this.#read?.deref();
    if (known) return known;
    let { text } = this.#template;
    for (const [index, base] of this.#bases.entries())
      text = text.replaceAll(mark(index), () => base);
    const forms = JSON.parse(text) as Form[];
    this.#read = new WeakRef(forms);
    return forms;
  }
}

/** No JSON text holds it: control characters are escaped there. */
function mark(index: number): string {
  return `\u0001${index}\u0002`;
}

// One accessor for all affordances: they keep a hidden class in common.
const FORMS: PropertyDescriptor & ThisType<Affordance> = {
  get() {
    return this[STATE]?.forms ?? [];
  },
  set(forms: Form[]) {
    keep(this, { forms });
  },
  enumerable: true,
  configurable: true,
};

function keep(affordance: Affordance, state: State): void {
  if (Object.hasOwn(affordance, STATE)) affordance[STATE] = state;
  // Not enumerable, so that a copy of the affordance has its forms and not its state.
  else
    Object.defineProperty(affordance, STATE, { value: state, writable: true, configurable: true });
}

/**
 * The media type of the form at an index: what a request is answered in. The forms themselves need
 * not be looked at for it.
 * @returns undefined where there is no such form, or it names none
 */
export function contentTypeAt(affordance: { forms?: Form[] }, index: number): string | undefined {
  const state = (affordance as Partial<Affordance>)[STATE];
  if (state instanceof Compact) return state.typeAt(index);
  return affordance.forms?.[index]?.contentType;
}

/** The texts of the Things of one Servient, each held once. */
export class FormTexts {
  readonly #texts = new Map<string, Template>();
  readonly #used = new WeakMap<ExposedThing, readonly Template[]>();

  /** How many different texts there are. */
  get size(): number {
    return this.#texts.size;
  }

  /** Takes the forms away that a Thing came with, and lets its affordances hold new ones. */
  prepare(thing: ExposedThing): void {
    this.release(thing);
    for (const affordance of affordancesOf(thing)) {
      const own = Object.getOwnPropertyDescriptor(affordance, "forms");
      if (own && own.get !== FORMS.get) delete (affordance as Partial<Affordance>).forms;
      if (own?.get !== FORMS.get) Object.defineProperty(affordance, "forms", FORMS);
      affordance.forms = [];
    }
  }

  /** Every binding has added its forms. */
  compact(thing: ExposedThing): void {
    const texts = affordancesOf(thing).map(
      (affordance) => [affordance, JSON.stringify(affordance.forms)] as const,
    );
    const bases = basesIn(texts.map(([, text]) => text));
    const templates = texts.map(([affordance, text]) => {
      let template = text;
      for (const [index, base] of bases.entries())
        template = template.replaceAll(base, mark(index));
      const shared = this.#share(template, affordance.forms);
      keep(affordance, new Compact(shared, bases));
      return shared;
    });
    this.#used.set(thing, templates);
  }

  /** The Thing is gone. */
  release(thing: ExposedThing): void {
    for (const template of this.#used.get(thing) ?? []) {
      if (--template.uses === 0) this.#texts.delete(template.text);
    }
    this.#used.delete(thing);
  }

  #share(text: string, forms: readonly Form[]): Template {
    const known = this.#texts.get(text);
    if (known) {
      known.uses++;
      return known;
    }
    const made = { text, types: forms.map(({ contentType }) => contentType), uses: 1 };
    this.#texts.set(text, made);
    return made;
  }
}

function affordancesOf({ properties, actions, events }: ExposedThing): Affordance[] {
  return [properties, actions, events].flatMap((all) => Object.values(all) as Affordance[]);
}

/**
 * Whatever stands before an affordance's own part of an address or topic, the longest first. All
 * affordances have the same; one that the first few do not have just stands in the text.
 */
function basesIn(texts: readonly string[]): readonly string[] {
  const bases = new Set<string>();
  for (const text of texts.slice(0, LOOKED_AT)) {
    for (const [, base = ""] of text.matchAll(BASE)) bases.add(base);
  }
  return [...bases].sort((a, b) => b.length - a.length).slice(0, MOST_BASES);
}

const LOOKED_AT = 2;
const BASE = /"([^"\\]{4,}?)\/(?:properties|actions|events)\//g;
const MOST_BASES = 8;
