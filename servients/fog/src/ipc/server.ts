import {
  type Clock,
  ConfigError,
  FogwotError,
  InputError,
  LINK_SETTINGS_SCHEMA,
  type LinkSettings,
  type Logger,
  NotFoundError,
  OverloadedError,
  toFogwotError,
  validateConfig,
} from "@fogwot/core/base";
import { Router, XPublisher } from "zeromq";
import {
  type Driver,
  type DriverData,
  type DriverRequest,
  isParameter,
  MAX_WRITE_BYTES,
} from "../drivers/driver";
import type { DriverEndpoints } from "./endpoints";
import {
  type AnswerBody,
  answerOf,
  type CallBody,
  decodeCall,
  decodeId,
  encodeBody,
  MAX_MESSAGE_BYTES,
  TOPIC_PREFIX,
  WELCOME,
} from "./envelope";
import { toRefusal } from "./errors";
import { SendQueue } from "./send-queue";

export interface DriverServerOptions {
  readonly driver: Driver;
  readonly endpoints: DriverEndpoints;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Calls under way at most; each holds one timer and a few hundred bytes. */
const MAX_CALLS = 4_096;
const QUEUE_LIMIT = 8_192;

/** The driver's end: answers queries, publishes what devices say by themselves. */
export class DriverServer {
  readonly counters = { calls: 0, malformed: 0, dropped: 0 };
  readonly #options: DriverServerOptions;
  readonly #sequences = new Map<string, number>();
  #router: Router | undefined;
  #publisher: XPublisher | undefined;
  #answers: SendQueue | undefined;
  #data: SendQueue | undefined;
  #unsubscribe: (() => void) | undefined;
  #underWay = 0;

  constructor(options: DriverServerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { driver, endpoints, log } = this.#options;
    const router = new Router({ linger: 0, maxMessageSize: MAX_MESSAGE_BYTES, sendTimeout: 200 });
    const publisher = new XPublisher({ linger: 0, sendTimeout: 200 });
    publisher.welcomeMessage = WELCOME;
    this.#router = router;
    this.#publisher = publisher;
    this.#answers = this.#queue(router);
    this.#data = this.#queue(publisher);
    await router.bind(endpoints.query);
    await publisher.bind(endpoints.data);
    this.#unsubscribe = driver.onData((data) => this.#publish(data));
    void this.#receive(router).catch((error: unknown) => log.error({ err: error }, "ipc ended"));
    void drain(publisher).catch((error: unknown) => log.error({ err: error }, "ipc ended"));
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#answers?.clear();
    this.#data?.clear();
    this.#router?.close();
    this.#publisher?.close();
    this.#router = undefined;
    this.#publisher = undefined;
  }

  #queue(socket: Router | XPublisher): SendQueue {
    return new SendQueue(socket, {
      limit: QUEUE_LIMIT,
      onError: (_frames, error) => {
        this.counters.dropped++;
        this.#options.log.debug({ err: error }, "message not sent");
      },
    });
  }

  async #receive(router: Router): Promise<void> {
    for await (const [peer, idFrame, bodyFrame, ...more] of router) {
      const id = decodeId(idFrame);
      const call = decodeCall(bodyFrame);
      if (!peer || !idFrame || id === undefined || !call || more.length > 0) {
        this.counters.malformed++;
        // The caller's own timer ends a call whose body was damaged but whose id was not.
        continue;
      }
      void this.#answer(peer, idFrame, call);
    }
  }

  async #answer(peer: Buffer, id: Buffer, call: CallBody): Promise<void> {
    this.counters.calls++;
    this.#underWay++;
    let answer: AnswerBody;
    try {
      if (this.#underWay > MAX_CALLS) throw new OverloadedError(`${MAX_CALLS} calls under way`);
      answer = await this.#carryOut(call);
    } catch (error) {
      if (!(error instanceof FogwotError)) this.#options.log.error({ err: error }, "call failed");
      answer = toRefusal(toFogwotError(error));
    } finally {
      this.#underWay--;
    }
    if (this.#answers?.push([peer, id, encodeBody(answer)]) === false) this.counters.dropped++;
  }

  async #carryOut({ op, device, params, timeoutMs }: CallBody): Promise<AnswerBody> {
    const { driver } = this.#options;
    switch (op) {
      case "read":
      case "reset":
        return answerOf(await driver.query(device, { op }, { timeoutMs }));
      case "set":
        return answerOf(await driver.query(device, setting(params), { timeoutMs }));
      case "write":
        return answerOf(await driver.query(device, writing(params), { timeoutMs }));
      case "alive":
        return value(null);
      case "devices":
        return value({
          devices: driver.devices(),
          sequences: Object.fromEntries(this.#sequences),
        });
      case "counters":
        return value({ ...driver.counters, ipcMalformed: this.counters.malformed });
      case "filter.set": {
        driver.filter(device).set(filterChanges(params));
        return value(driver.filter(device).settings);
      }
      case "filter.list":
        return value(
          Object.fromEntries(driver.devices().map(({ id }) => [id, driver.filter(id).settings])),
        );
      default:
        throw new NotFoundError(`operation ${op}`);
    }
  }

  #publish(data: DriverData): void {
    const sequence = (this.#sequences.get(data.device) ?? 0) + 1;
    this.#sequences.set(data.device, sequence);
    const body = encodeBody({ sequence, timestampMs: this.#options.clock.now(), value: data });
    if (this.#data?.push([TOPIC_PREFIX + data.device, body]) === false) this.counters.dropped++;
  }
}

/** Without defaults: a filter change names only what it changes. */
const FILTER_SCHEMA = JSON.parse(
  JSON.stringify(LINK_SETTINGS_SCHEMA, (key, member) => (key === "default" ? undefined : member)),
) as object;

function filterChanges(params: CallBody["params"]): Partial<LinkSettings> {
  try {
    return validateConfig<Partial<LinkSettings>>(params, FILTER_SCHEMA, "filter");
  } catch (cause) {
    const mismatch = cause instanceof ConfigError ? cause.mismatches[0] : undefined;
    throw mismatch ? new InputError(mismatch, { cause }) : cause;
  }
}

function value(of: unknown): AnswerBody {
  return { ok: true, value: of, deviceRttMs: null };
}

function setting({ parameter, value: to }: CallBody["params"]): DriverRequest {
  if (!isParameter(parameter)) {
    throw new InputError({ path: "/parameter", got: parameter, wanted: "a parameter of a driver" });
  }
  if (to !== null && !(typeof to === "number" && Number.isFinite(to))) {
    throw new InputError({ path: "/value", got: to, wanted: "a number or null" });
  }
  return { op: "set", parameter, value: to };
}

function writing({ bytes }: CallBody["params"]): DriverRequest {
  if (bytes instanceof Uint8Array && bytes.length >= 1 && bytes.length <= MAX_WRITE_BYTES) {
    return { op: "write", bytes };
  }
  throw new InputError({ path: "/bytes", got: bytes, wanted: `1 to ${MAX_WRITE_BYTES} bytes` });
}

/** Subscriptions arrive as messages on the publisher; nobody reads them, so they must be let through. */
async function drain(publisher: XPublisher): Promise<void> {
  for await (const _subscription of publisher);
}
