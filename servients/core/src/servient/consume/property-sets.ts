import type { Content, Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { decode, encode, fromContent, toContent } from "../../bindings/payload";
import { validate } from "../../bindings/schema";
import { variablesOf } from "../../discovery/uri-template";
import { FogwotError, InteractionError } from "../../errors";
import { encodeInput, refuseMisfit } from "./encode-input";
import type { Interactions } from "./interactions";
import { Output } from "./output";
import type { InteractionOptions } from "./types";

type ReadMap = WoT.PropertyReadMap;
type ReadOne = (name: string, options?: InteractionOptions) => Promise<WoT.InteractionOutput>;
type WriteOne = (
  name: string,
  value: WoT.InteractionInput,
  options?: InteractionOptions,
) => Promise<void>;

/**
 * Several properties at once: one request where the Thing offers that, else one per property, as
 * node-wot does it. `formIndex` means a form of the Thing for none of them.
 */
export class PropertySets {
  readonly #interactions: Interactions;

  constructor(interactions: Interactions) {
    this.#interactions = interactions;
  }

  async readAll(readOne: ReadOne, options: InteractionOptions = {}): Promise<ReadMap> {
    const whole = this.#interactions.useThing("readallproperties");
    if (whole) {
      const { thing } = this.#interactions;
      const form = this.#interactions.fill(thing, whole.form, options);
      return this.#readAtOnce({ ...whole, form }, options);
    }
    const readable = Object.entries(this.#interactions.thing.properties).filter(([, { forms }]) =>
      forms.some(({ op }) => [op ?? []].flat().includes("readproperty")),
    );
    const names = readable.map(([name]) => name);
    return this.#readEach(names, readOne, options);
  }

  async read(
    names: readonly string[],
    readOne: ReadOne,
    options: InteractionOptions = {},
  ): Promise<ReadMap> {
    const whole = this.#interactions.useThing("readmultipleproperties");
    const [variable, second] = whole ? variablesOf(whole.form.href) : [];
    if (!whole || variable === undefined || second !== undefined) {
      return this.#readEach(names, readOne, options);
    }
    const list = names.map((name) => name.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
    const uriVariables = { ...options.uriVariables, [variable]: list };
    const holder = { uriVariables: { [variable]: {} } };
    const form = this.#interactions.fill(holder, whole.form, { uriVariables });
    return this.#readAtOnce({ ...whole, form }, options);
  }

  async write(
    values: WoT.PropertyWriteMap,
    writeOne: WriteOne,
    options: InteractionOptions = {},
  ): Promise<void> {
    const whole = this.#interactions.useThing("writemultipleproperties");
    const single = withoutFormIndex(options);
    if (!whole) {
      await Promise.all([...values].map(([name, value]) => writeOne(name, value, single)));
      return;
    }
    for (const [name, value] of values) {
      refuseMisfit(value, this.#interactions.property(name), whole.form, `/${name}`);
    }
    const form = this.#interactions.fill(this.#interactions.thing, whole.form, options);
    const content = await encodeInput(Object.fromEntries(values), {}, form);
    await this.#interactions.call({ ...whole, form }, options, (client, limits) =>
      client.writeResource(form, content, limits),
    );
  }

  async #readEach(
    names: readonly string[],
    readOne: ReadOne,
    options: InteractionOptions,
  ): Promise<ReadMap> {
    const single = withoutFormIndex(options);
    const outputs = await Promise.all(names.map((name) => readOne(name, single)));
    return new Map(names.map((name, at) => [name, outputs[at] as WoT.InteractionOutput]));
  }

  async #readAtOnce(
    chosen: Parameters<Interactions["call"]>[0],
    options: InteractionOptions,
  ): Promise<ReadMap> {
    const { form } = chosen;
    const content = await this.#interactions.call(chosen, options, (client, limits) =>
      client.readResource(form, limits),
    );
    const values = await valuesOf(content, form);
    const { properties } = this.#interactions.thing;
    return new Map(
      Object.entries(values).map(([name, value]) => [
        name,
        new Output(toContent(encode(value)), form, properties[name]),
      ]),
    );
  }
}

function withoutFormIndex({ formIndex, ...rest }: InteractionOptions): InteractionOptions {
  return rest;
}

/** @throws InteractionError with status 502 when the answer is no object of values */
async function valuesOf(content: Content, form: Form): Promise<Record<string, unknown>> {
  try {
    const values = decode(await fromContent(content), {});
    validate(values, { type: "object" });
    return values as Record<string, unknown>;
  } catch (cause) {
    if (!(cause instanceof FogwotError)) throw cause;
    throw new InteractionError(form.href, 502, undefined, { cause });
  }
}
