import type { Content, Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { type InteractionLimits, takesLimits } from "../../bindings/limits";
import { endSubscription, type Subscription } from "../../bindings/subscription";
import { OperationNotAllowedError, toFogwotError } from "../../errors";
import type { Logger } from "../../log";
import type { Activity } from "./activity";
import type { ChosenForm } from "./form-choice";
import { interact } from "./interact";
import { Output } from "./output";
import type { InteractionListener } from "./types";

export interface SubscriptionRequest extends ChosenForm {
  readonly op: string;
  readonly name: string;
  readonly schema: WoT.DataSchema | undefined;
  readonly listener: InteractionListener;
  readonly errorListener: WoT.ErrorListener | undefined;
  /** The signal ends the subscription also after it has been accepted. */
  readonly limits: InteractionLimits;
  /** The form to end it with, for clients of other makers. */
  readonly endForm: () => Form;
}

/** What a consumer subscribes to: each affordance once. @see Scripting API, activeSubscriptions */
export class Subscriptions {
  readonly #active = new Map<string, ActiveSubscription>();
  readonly #activity: Activity;
  readonly #log: Logger;

  constructor(activity: Activity, log: Logger) {
    this.#activity = activity;
    this.#log = log;
  }

  /** @throws OperationNotAllowedError for a second one, and what refuses it */
  async open(request: SubscriptionRequest): Promise<WoT.Subscription> {
    const { op, name } = request;
    const key = `${op} ${name}`;
    if (this.#active.has(key)) {
      throw new OperationNotAllowedError(`a second ${op}`, `${name}, which has one already,`);
    }
    const end = this.#activity.begin();
    const subscription = new ActiveSubscription(request, this.#log, () => {
      if (this.#active.get(key) === subscription) this.#active.delete(key);
      end();
    });
    this.#active.set(key, subscription);
    await subscription.start();
    return subscription;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#active.values()].map((one) => one.stop()));
  }
}

class ActiveSubscription implements WoT.Subscription {
  readonly #request: SubscriptionRequest;
  readonly #log: Logger;
  readonly #onEnd: () => void;
  #state: "opening" | "active" | "ended" = "opening";
  #subscription: Subscription | undefined;

  constructor(request: SubscriptionRequest, log: Logger, onEnd: () => void) {
    this.#request = request;
    this.#log = log;
    this.#onEnd = onEnd;
  }

  get active(): boolean {
    return this.#state !== "ended";
  }

  async start(): Promise<void> {
    const { client, form, limits } = this.#request;
    const { signal, timeoutMs } = limits;
    try {
      this.#subscription = await interact(client, form.href, limits, (limited) =>
        limited.subscribeResource(
          form,
          (content) => this.#take(content),
          (error) => this.#fail(error),
          () => this.#ended(),
          { signal, timeoutMs },
        ),
      );
    } catch (error) {
      this.#ended();
      throw error;
    }
    // Ended while it was opened: by stopAll, or by the Thing.
    if (!this.active) await this.#unlink();
    else {
      this.#state = "active";
      signal?.addEventListener("abort", this.#onAbort, { once: true });
      if (signal?.aborted) this.#onAbort();
    }
  }

  /** Nothing is delivered from now on; resolves when the Thing knows. Idempotent. */
  async stop(): Promise<void> {
    if (!this.active) return;
    this.#ended();
    await this.#unlink();
  }

  readonly #onAbort = (): void => {
    this.stop().catch((thrown: unknown) => this.#fail(toFogwotError(thrown)));
  };

  #ended(): void {
    if (!this.active) return;
    this.#state = "ended";
    this.#request.limits.signal?.removeEventListener("abort", this.#onAbort);
    this.#onEnd();
  }

  async #unlink(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    if (!subscription) return;
    const { client, endForm } = this.#request;
    if (takesLimits(client)) await endSubscription(subscription);
    else await client.unlinkResource(endForm());
  }

  #take(content: Content): void {
    if (!this.active) return;
    const { form, schema, listener } = this.#request;
    try {
      const result = listener(new Output(content, form, schema));
      result?.catch((thrown: unknown) => this.#fail(thrown));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** A listener's own fault must not end the subscription, nor go unseen. */
  #fail(thrown: unknown): void {
    const { errorListener, op, name } = this.#request;
    const error = thrown instanceof Error ? thrown : toFogwotError(thrown);
    if (!errorListener) this.#log.warn({ err: error, op, name }, "a subscription has trouble");
    else if (this.active || !(thrown instanceof Error)) errorListener(error);
  }
}
