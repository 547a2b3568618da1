import type { Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { InputError, InteractionError, OperationNotAllowedError } from "../../errors";
import { type ActionStatus, isActionStatus } from "../actions";
import { isAffordanceContent } from "../payload";
import { FormUser } from "./form-user";
import { RunningAction } from "./running-action";

type Values = Readonly<Record<string, WoT.DataSchemaValue>>;

/** @param value undefined for an event without data */
export type AffordanceListener = (name: string, value: WoT.DataSchemaValue | undefined) => void;

/** A subscription to a whole Thing. `stop` is idempotent. */
export interface ThingSubscription {
  stop(): Promise<void>;
}

/**
 * Operations on a whole Thing in one request each, and asynchronous actions.
 *
 * node-wot's ConsumedThing makes n requests of `readAllProperties` and `writeMultipleProperties`,
 * and has no way to the others. This uses the same clients and credentials, over any binding.
 *
 * @example
 * const operations = new ThingOperations(await wot.consume(td));
 * const { temperature, humidity } = await operations.readAllProperties();
 */
export class ThingOperations {
  readonly #user: FormUser;

  /** @param thing what `consume()` gave */
  constructor(thing: WoT.ConsumedThing) {
    this.#user = new FormUser(thing);
  }

  /** @throws OperationNotAllowedError when the Thing offers no such form; InteractionError */
  async readAllProperties(): Promise<Values> {
    return this.#read(this.#user.use("readallproperties"));
  }

  /** @throws OperationNotAllowedError, InteractionError; 400 for a name that cannot be read */
  async readMultipleProperties(names: readonly string[]): Promise<Values> {
    const { client, form } = this.#user.use("readmultipleproperties");
    const variable = onlyVariable(form.href);
    if (!variable) throw new OperationNotAllowedError("naming properties", form.href);
    const list = names.map((name) => name.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
    return this.#read({
      client,
      form: this.#user.expand(form, this.#user.thing, { [variable]: list }),
    });
  }

  /**
   * @throws InputError when a property that can be written is missing; what
   *   `writeMultipleProperties` throws
   */
  async writeAllProperties(values: Values): Promise<void> {
    for (const [name, property] of Object.entries(this.#user.thing.properties)) {
      if (property.readOnly || Object.hasOwn(values, name)) continue;
      throw new InputError({ path: `/${name}`, got: undefined, wanted: "every writable property" });
    }
    await this.#write("writeallproperties", values);
  }

  /**
   * Over our bindings nothing is written when any value does not fit.
   * @throws OperationNotAllowedError, InteractionError
   */
  async writeMultipleProperties(values: Values): Promise<void> {
    await this.#write("writemultipleproperties", values);
  }

  /** @param onError the subscription broke, and is being mended, or ended */
  observeAllProperties(
    listener: AffordanceListener,
    onError?: (error: Error) => void,
  ): Promise<ThingSubscription> {
    return this.#subscribe("observeallproperties", listener, onError);
  }

  subscribeAllEvents(
    listener: AffordanceListener,
    onError?: (error: Error) => void,
  ): Promise<ThingSubscription> {
    return this.#subscribe("subscribeallevents", listener, onError);
  }

  /**
   * Invokes an asynchronous action.
   * @throws OperationNotAllowedError when it answers with an output instead of a status
   */
  async startAction(name: string, input?: WoT.DataSchemaValue): Promise<RunningAction> {
    const action = this.#user.thing.actions[name];
    const { client, form } = this.#user.use("invokeaction", (action?.forms ?? []) as Form[]);
    const content =
      input === undefined
        ? undefined
        : this.#user.content(input, (action?.input ?? {}) as WoT.DataSchema, form);
    const answer = await client.invokeResource(this.#user.expand(form, action ?? {}, {}), content);
    const status = await this.#user.value(form.href, answer);
    if (!isActionStatus(status)) throw new OperationNotAllowedError("queryaction", name);
    const href = URL.canParse(status.href, form.href)
      ? new URL(status.href, form.href).href
      : status.href;
    return new RunningAction(this.#user, name, { ...status, href });
  }

  /** What every invocation has come to, by action, newest first. */
  async queryAllActions(): Promise<Readonly<Record<string, readonly ActionStatus[]>>> {
    const { client, form } = this.#user.use("queryallactions");
    const answer = await this.#user.value(form.href, await client.readResource(form));
    return answer as unknown as Record<string, ActionStatus[]>;
  }

  async #read({ client, form }: ReturnType<FormUser["use"]>): Promise<Values> {
    const value = await this.#user.value(form.href, await client.readResource(form));
    this.#user.check(form.href, value, { type: "object" });
    const values = value as unknown as Values;
    for (const [name, one] of Object.entries(values)) {
      const schema = this.#user.thing.properties[name];
      if (schema) this.#user.check(form.href, one, schema as WoT.DataSchema);
    }
    return values;
  }

  async #write(op: string, values: Values): Promise<void> {
    const { client, form } = this.#user.use(op);
    await client.writeResource(form, this.#user.content(values, { type: "object" }, form));
  }

  async #subscribe(
    op: "observeallproperties" | "subscribeallevents",
    listener: AffordanceListener,
    onError: ((error: Error) => void) | undefined,
  ): Promise<ThingSubscription> {
    const { client, form } = this.#user.use(op);
    // Decoding takes a turn of its own for each: one after the other keeps their order.
    let tail: Promise<void> = Promise.resolve();
    let stopped = false;
    const take = async (content: Parameters<FormUser["value"]>[1]): Promise<void> => {
      if (!isAffordanceContent(content)) {
        throw new InteractionError(form.href, 502, undefined, {
          cause: new OperationNotAllowedError(op, "a notification without a name"),
        });
      }
      const value = await this.#user.value(form.href, content);
      if (!stopped) listener(content.affordance, value);
    };
    const subscription = await client.subscribeResource(
      form,
      (content) => {
        tail = tail.then(() => take(content)).catch((error: Error) => onError?.(error));
      },
      (error) => onError?.(error),
    );
    return {
      async stop() {
        stopped = true;
        subscription.unsubscribe();
      },
    };
  }
}

/** The variable of a URI template that has just one (RFC 6570). */
function onlyVariable(href: string): string | undefined {
  const expressions = [...href.matchAll(/\{[+#./;?&]?([^{}]+)\}/g)].map((match) => match[1] ?? "");
  const [only, second] = expressions.flatMap((list) => list.split(","));
  return second === undefined ? only?.replace(/(:\d+|\*)$/, "") : undefined;
}
