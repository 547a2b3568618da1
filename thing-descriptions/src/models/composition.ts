import { ThingModelError } from "../errors";
import type { JsonObject } from "../json/json";
import type { LoadedModel } from "./compose";
import { derive, type InstantiateModelOptions } from "./instantiate";
import { fileName, submodelsOf } from "./submodels";

/** What is particular to one Thing of a composition. */
export type InstanceOptions = Partial<
  Pick<InstantiateModelOptions, "placeholders" | "optional" | "version" | "modelHref">
>;

export interface CompositionOptions extends InstantiateModelOptions {
  /** Name of the whole within the set. @default the file's name: `SmartVentilator` */
  readonly name?: string;
  /**
   * By name within the set: what a part needs beyond the placeholders and version of the whole.
   * The default of its `modelHref` is the href that the composing model names it by.
   */
  readonly instances?: Readonly<Record<string, InstanceOptions>>;
}

/** One Thing of a composition, not yet linked to the others. */
export interface Part {
  /** Unique within the set: the submodel's instance name where there is one. */
  readonly name: string;
  /** Name of the Thing it is part of; undefined for the whole. */
  readonly parent: string | undefined;
  /** Partial TD: without forms and security where the models have none. */
  readonly td: JsonObject;
}

/** A model that contains two of a model that contains two … grows beyond all bounds. */
const MOST_THINGS = 1_000;

/**
 * Every Thing that a model and its submodels describe: the whole first, each part after what it is
 * part of.
 *
 * @throws ThingModelError, MissingPlaceholderError
 */
export function partsOf(model: JsonObject, options: CompositionOptions): Part[] {
  const composition = new Composition(options);
  composition.add({ source: options.source, model });
  return composition.finish();
}

class Composition {
  readonly #options: CompositionOptions;
  readonly #instances: ReadonlyMap<string, InstanceOptions>;
  readonly #parts: Part[] = [];
  readonly #names = new Set<string>();

  constructor(options: CompositionOptions) {
    this.#options = options;
    this.#instances = new Map(Object.entries(options.instances ?? {}));
  }

  add(whole: LoadedModel): void {
    const name = this.#options.name ?? fileName(whole.source);
    const { name: _name, instances: _instances, ...own } = this.#options;
    this.#instantiate(whole, { name, parent: undefined }, own);
    this.#addSubmodels(whole, name, []);
  }

  finish(): Part[] {
    for (const name of this.#instances.keys()) {
      if (!this.#names.has(name)) {
        const known = [...this.#names].join(", ");
        throw this.#fault("/links", `no part "${name}"; there are: ${known}`);
      }
    }
    return this.#parts;
  }

  #addSubmodels(composing: LoadedModel, parent: string, within: readonly string[]): void {
    const chain = [...within, composing.source];
    const siblings = new Map<string, number>();
    for (const { loaded, href, name } of submodelsOf(composing, this.#options.load)) {
      if (chain.includes(loaded.source)) {
        throw this.#fault("/links", `contains itself: ${[...chain, loaded.source].join(" → ")}`);
      }
      const count = (siblings.get(name) ?? 0) + 1;
      siblings.set(name, count);
      const unique = this.#freeName(count === 1 ? name : `${name}${count}`, parent);
      this.#instantiate(loaded, { name: unique, parent }, { modelHref: href });
      this.#addSubmodels(loaded, unique, chain);
    }
  }

  #instantiate(
    { source, model }: LoadedModel,
    place: Omit<Part, "td">,
    defaults: Partial<InstantiateModelOptions>,
  ): void {
    if (this.#parts.length >= MOST_THINGS) {
      throw this.#fault("/links", `composed of more than ${MOST_THINGS} Things`);
    }
    const { load, placeholders, version } = this.#options;
    const own = this.#instances.get(place.name) ?? {};
    const td = derive(model, {
      ...(version === undefined ? {} : { version }),
      ...defaults,
      ...own,
      source,
      load,
      placeholders: { ...placeholders, ...own.placeholders },
    });
    this.#names.add(place.name);
    this.#parts.push({ ...place, td });
  }

  #freeName(wanted: string, parent: string): string {
    if (!this.#names.has(wanted)) return wanted;
    const within = `${parent}_${wanted}`;
    let name = within;
    for (let i = 2; this.#names.has(name); i += 1) name = `${within}${i}`;
    return name;
  }

  #fault(path: string, problem: string): ThingModelError {
    return new ThingModelError(this.#options.source, path, problem);
  }
}
