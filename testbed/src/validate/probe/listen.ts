import type { Content } from "@node-wot/core";
import type { Attempt } from "./attempt";
import { judge } from "./content";
import { notTried, type Verdict, WORKS, works } from "./outcome";
import { verdictOf } from "./refusal";

/** Operation that begins → operation that ends: tried at one go. */
export const LISTENING: Readonly<Record<string, string>> = {
  observeproperty: "unobserveproperty",
  subscribeevent: "unsubscribeevent",
  observeallproperties: "unobserveallproperties",
  subscribeallevents: "unsubscribeallevents",
};

/** How the beginning and the end of a subscription fared. */
export interface Listened {
  readonly begun: Verdict;
  readonly ended: Verdict;
}

/**
 * Subscribes, waits a little for a first notification, and ends it again, whatever happened.
 *
 * @throws whatever the client rejects the subscription with
 */
export async function listen(attempt: Attempt): Promise<Listened> {
  const { client, form, listenMs } = attempt;
  const first = new Notification();
  const subscription = await client.subscribeResource(
    form as never,
    (content) => first.arrived(content),
    (error) => first.failed(error),
  );
  let begun: Verdict;
  try {
    begun = await judgeNotification(await first.within(listenMs), attempt);
  } catch (error) {
    begun = verdictOf(error);
  }
  const ended = await end(attempt);
  subscription.unsubscribe();
  return { begun, ended };
}

async function end({ client, form, listed, op }: Attempt): Promise<Verdict> {
  if (!listed.operations.includes(LISTENING[op] ?? "")) return notTried("not offered by this form");
  try {
    await client.unlinkResource(form as never);
    return WORKS;
  } catch (error) {
    return verdictOf(error);
  }
}

async function judgeNotification(content: Content | undefined, attempt: Attempt): Promise<Verdict> {
  if (!content) return works("accepted; no notification came meanwhile");
  const mayBeEmpty = attempt.op.startsWith("subscribe");
  const schema = schemaOf(attempt);
  const { value, ...verdict } = await judge(content, { form: attempt.form, schema, mayBeEmpty });
  const isFine = verdict.result === "works" && verdict.detail === null;
  return isFine ? works("with a first notification") : verdict;
}

function schemaOf({ op, listed, properties }: Attempt): unknown {
  if (op === "observeproperty") return listed.of?.affordance;
  if (op === "observeallproperties") return { type: "object", properties };
  return op === "subscribeevent" ? listed.of?.affordance.data : undefined;
}

/** The first of perhaps many; what comes later is nobody's concern. */
class Notification {
  #settle: (content: Content | undefined) => void = () => undefined;
  #refuse: (error: Error) => void = () => undefined;
  readonly #first: Promise<Content | undefined>;

  constructor() {
    this.#first = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#refuse = reject;
    });
    // It may fail before anybody waits for it.
    this.#first.catch(() => undefined);
  }

  arrived(content: Content): void {
    this.#settle(content);
  }

  failed(error: Error): void {
    this.#refuse(error);
  }

  within(timeMs: number): Promise<Content | undefined> {
    const timer = setTimeout(() => this.#settle(undefined), timeMs);
    return this.#first.finally(() => clearTimeout(timer));
  }
}
