import type { ExposedThing, Form } from "@node-wot/core";
import { FormModel, type FormStep, type Holders, markOf, withBases } from "./form-model";

/**
 * The forms of one Thing: which steps its bindings took, and the address of each. A thousand Device
 * Things have a hundred thousand forms, nearly all of which are looked at only when somebody asks
 * for a description. They are read from text that all Things of a model share, and kept as long as
 * the garbage collector lets them.
 */
export class ThingForms {
  readonly #model: FormModel;
  #step: FormStep;
  #bases: string[] = [];
  #own: Map<string, Form[]> | undefined;
  #read: Map<string, WeakRef<Form[]>> | undefined;
  /** Those looked at while it is being exposed: a server of another maker just pushes its own. */
  #open: Map<string, Form[]> | undefined;
  #hasForms = false;

  constructor(model: FormModel = new FormModel()) {
    this.#model = model;
    this.#step = model.begin;
  }

  /** Those that a Thing was produced with, by where they stand; none any more once it was exposed. */
  get given(): ReadonlyMap<string, readonly Form[]> {
    return this.#hasForms ? NO_FORMS : (this.#own ?? NO_FORMS);
  }

  /** Takes every form away, also those that a Thing came with: it is about to be exposed. */
  reset(): void {
    this.#hasForms = true;
    this.#own = undefined;
    this.#open = new Map();
    this.#to(this.#model.begin, []);
  }

  /** Every binding has added its forms. */
  seal(): void {
    for (const [at, forms] of this.#open ?? []) if (this.#isForeign(at)) this.set(at, forms);
    this.#open = undefined;
  }

  /** The forms of an affordance; undefined where it never had any. @param at `properties/on`; "" is the Thing */
  at(at: string): Form[] | undefined {
    const own = this.#own?.get(at);
    if (own || !this.#hasForms) return own;
    const known = this.#open?.get(at) ?? this.#read?.get(at)?.deref();
    if (known) return known;
    const forms = this.#step.formsAt(at, this.#bases);
    this.#open?.set(at, forms);
    this.#read ??= new Map();
    this.#read.set(at, new WeakRef(forms));
    return forms;
  }

  /**
   * The same as JSON that is not complete without `fill`, of which a whole description needs one.
   * Undefined where they are not kept as text.
   */
  textAt(at: string): string | undefined {
    return this.#hasForms && !this.#ownAt(at) ? this.#step.textAt(at) : undefined;
  }

  fill(text: string): string {
    return withBases(text, this.#bases);
  }

  /** Somebody's own, instead. */
  set(at: string, forms: Form[]): void {
    this.#own ??= new Map();
    this.#own.set(at, forms);
  }

  /** Media type of a form, known without reading the forms. */
  typeAt(at: string, index: number): string | undefined {
    const own = this.#ownAt(at);
    return own ? own[index]?.contentType : this.#step.typeAt(at, index);
  }

  add<T>(thing: ExposedThing, key: string, base: string, generate: (base: string) => T): T {
    if (this.#own || [...(this.#open?.keys() ?? [])].some((at) => this.#isForeign(at))) {
      // Not as others of the model any more.
      for (const at of holdersOf(thing).keys()) this.set(at, this.at(at) ?? []);
      return generate(base);
    }
    const known = this.#step.next(key);
    const bases = [...this.#bases, base];
    if (known) {
      // Most Things end here, thousands of them: nothing is listed for them.
      known.declareIn((at) => holderAt(thing, at));
      this.#to(known, bases);
      return known.result as T;
    }
    const holders = holdersOf(thing);
    for (const at of holders.keys()) this.set(at, this.#step.formsAt(at, this.#bases.map(markAt)));
    const result = generate(markOf(this.#bases.length));
    const step = this.#step.append(key, result, holders);
    this.#own = undefined;
    this.#to(step, bases);
    return result;
  }

  #ownAt(at: string): Form[] | undefined {
    return this.#own?.get(at) ?? (this.#isForeign(at) ? this.#open?.get(at) : undefined);
  }

  /** Whether somebody has added forms, or taken some away, that no step knows of. */
  #isForeign(at: string): boolean {
    const forms = this.#open?.get(at);
    return forms !== undefined && forms.length !== this.#step.countAt(at);
  }

  #to(step: FormStep, bases: string[]): void {
    this.#open?.clear();
    this.#step = step;
    this.#bases = bases;
    this.#read = undefined;
  }
}

const NO_FORMS: ReadonlyMap<string, readonly Form[]> = new Map();

function markAt(_base: string, index: number): string {
  return markOf(index);
}

/** Who keeps the forms of a Thing or affordance as text. */
export function keeperOf(
  holder: object,
): { readonly owner: ThingForms; readonly at: string } | undefined {
  const { [OWNER]: owner, [AT]: at } = holder as Holder;
  return owner && at !== undefined ? { owner, at } : undefined;
}

/** A Thing whose forms are kept so; our Servients produce such. */
export interface HasThingForms {
  readonly thingForms: ThingForms;
}

/**
 * Adds the forms of one binding to a Thing.
 *
 * @param key everything besides the Thing's model and the base that the forms depend on
 * @param base what addresses of this Thing begin with
 * @param generate adds forms to `thing`, for a base. What it returns is shared by all Things of the
 *   model, for whom it is called but once: it depends on the model and the key alone
 */
export function addForms<T>(
  thing: ExposedThing,
  key: string,
  base: string,
  generate: (base: string) => T,
): T {
  const { thingForms } = thing as Partial<HasThingForms>;
  return thingForms ? thingForms.add(thing, key, base, generate) : generate(base);
}

/** @param at `properties/on`; "" is the Thing */
function holderAt(thing: ExposedThing, at: string): object | undefined {
  if (at === "") return thing;
  const slash = at.indexOf("/");
  const kind = at.slice(0, slash) as "properties" | "actions" | "events";
  return thing[kind][at.slice(slash + 1)];
}

/** What has forms: the Thing, and its affordances. */
function holdersOf(thing: ExposedThing): Holders {
  const holders: Holders = new Map([["", thing as object]]);
  for (const kind of ["properties", "actions", "events"] as const) {
    for (const name of Object.keys(thing[kind])) {
      holders.set(`${kind}/${name}`, thing[kind][name] as object);
    }
  }
  return holders;
}

const OWNER = Symbol("owner");
const AT = Symbol("at");

interface Holder {
  forms?: Form[];
  readonly [OWNER]?: ThingForms;
  readonly [AT]?: string;
}

// One accessor for all: their holders keep a hidden class in common.
const FORMS: PropertyDescriptor & ThisType<Holder> = {
  get() {
    return this[OWNER]?.at(this[AT] ?? "");
  },
  set(forms: Form[]) {
    this[OWNER]?.set(this[AT] ?? "", forms);
  },
  enumerable: true,
  configurable: true,
};

/** Lets an affordance, or a Thing, have its forms there. @param forms those it comes with */
export function keepForms(holder: object, owner: ThingForms, at: string): void {
  const { forms } = holder as Holder;
  if (forms) owner.set(at, forms);
  // Not enumerable, so that a copy has the forms and not their keeper.
  Object.defineProperty(holder, OWNER, { value: owner });
  Object.defineProperty(holder, AT, { value: at });
  Object.defineProperty(holder, "forms", FORMS);
}

/**
 * The media type of the form at an index: what a request is answered in.
 * @returns undefined where there is no such form, or it names none
 */
export function contentTypeAt(holder: object, index: number): string | undefined {
  const keeper = keeperOf(holder);
  if (keeper) return keeper.owner.typeAt(keeper.at, index);
  return (holder as Holder).forms?.[index]?.contentType;
}
