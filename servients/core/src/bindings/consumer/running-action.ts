import type { Form } from "@node-wot/core";
import type { DataSchemaValue } from "wot-typescript-definitions";
import { InteractionError, OperationNotAllowedError } from "../../errors";
import { type Clock, systemClock } from "../../time";
import { type ActionStatus, isActionStatus } from "../actions";
import type { FormUser } from "./form-user";

const FIRST_QUERY_MS = 50;
const LONGEST_QUERY_INTERVAL_MS = 2000;

/** An action that has been invoked: what became of it, and the way to end it early. */
export class RunningAction {
  readonly #user: FormUser;
  readonly #name: string;
  readonly #forms: readonly Form[];
  readonly #clock: Clock;
  #status: ActionStatus;

  constructor(user: FormUser, name: string, status: ActionStatus, clock: Clock = systemClock) {
    this.#user = user;
    this.#name = name;
    this.#forms = (user.thing.actions[name]?.forms ?? []) as Form[];
    this.#status = status;
    this.#clock = clock;
  }

  /** What was last heard of it. */
  get status(): ActionStatus {
    return this.#status;
  }

  /** Asks the Thing. @throws OperationNotAllowedError, InteractionError */
  async query(): Promise<ActionStatus> {
    const { client, form, href } = this.#use("queryaction");
    const status = await this.#user.value(href, await client.readResource({ ...form, href }));
    if (!isActionStatus(status)) {
      throw new InteractionError(href, 502, undefined, {
        cause: new OperationNotAllowedError("queryaction", `${href}, which is no status`),
      });
    }
    this.#status = { ...status, href };
    return this.#status;
  }

  /** Ends it. @throws OperationNotAllowedError; InteractionError 409 when it has ended already */
  async cancel(): Promise<void> {
    const { client, form, href } = this.#use("cancelaction");
    await client.invokeResource({ ...form, href, op: "cancelaction" });
  }

  /** The form with the invocation's own address, which credentials follow to no other server. */
  #use(op: "queryaction" | "cancelaction") {
    const { client, form } = this.#user.use(op, this.#forms);
    const { href } = this.#status;
    if (URL.canParse(href) && serverOf(href) !== serverOf(form.href)) {
      const cause = new OperationNotAllowedError(op, `${href}, which is another server's`);
      throw new InteractionError(form.href, 502, undefined, { cause });
    }
    return { client, form, href };
  }

  /**
   * Waits until it has ended, asking ever less often.
   *
   * @param signal ends the waiting, not the action
   * @returns its output; undefined where it has none
   * @throws InteractionError with its problem details when it failed; the signal's reason
   */
  async completed(signal?: AbortSignal): Promise<DataSchemaValue | undefined> {
    let waitMs = FIRST_QUERY_MS;
    while (this.#status.status === "pending" || this.#status.status === "running") {
      await this.#clock.sleep(waitMs, signal);
      await this.query();
      waitMs = Math.min(waitMs * 2, LONGEST_QUERY_INTERVAL_MS);
    }
    const { status, output, error, href } = this.#status;
    if (status === "failed") throw new InteractionError(href, error?.status ?? 500, error);
    const schema = this.#user.thing.actions[this.#name]?.output;
    if (schema && output !== undefined) this.#user.check(href, output, schema as never);
    return output;
  }
}

function serverOf(href: string): string {
  const { protocol, host } = new URL(href);
  return `${protocol}//${host}`;
}
