import type { ExposedThingInit } from "wot-typescript-definitions";
import { DeviceTimeoutError } from "../../errors";
import { cancelSignal } from "../actions";
import { Deferred } from "./deferred";

/** Names that need encoding in a URL, a topic or a header. */
export const ODD_PROPERTY = "größe & maß #1";
export const ODD_ACTION = "spülen + 100%?";
export const ODD_EVENT = "übertemperatur/°C";
/** Text that must never reach a client. */
export const PRIVATE_TEXT = "password=hunter2 at /etc/secret";

export const BENCHMARK_TITLE = "Compliance";

/** What the read handlers answer, and valid inputs for everything that can be written or invoked. */
export const INITIAL = {
  boolean: true,
  integer: -42,
  number: 21.625,
  string: 'grün "quoted" \u0000\u{1f331}\n',
  object: { temperature: 21.5, tags: ["a", "b"], nested: { ok: true } },
  array: [1, 2.5, -3],
  null: null,
  level: 50,
  serial: "SN-0001",
  counter: 0,
  blob: "",
  fragile: "whole",
  [ODD_PROPERTY]: 7,
} as const;

/** A value that fits the schema of `fragile`, but its handler refuses it. */
export const FRAGILE_LIMIT = "too much";

export const SAMPLE_INPUT: Readonly<Record<string, unknown>> = {
  echo: "hello",
  add: { a: 1, b: 2 },
  noOutput: 5,
  optionalInput: { repeat: 2 },
  task: { mode: "quick" },
  [ODD_ACTION]: 3,
};

const number = { type: "number" } as const;

/** A Thing with one affordance for each rule a binding must keep. */
export function benchmarkInit(id: string, title = BENCHMARK_TITLE): ExposedThingInit {
  return {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "@type": "Thing",
    id,
    title,
    security: ["nosec_sc"],
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    properties: {
      boolean: { type: "boolean", readOnly: true },
      integer: { type: "integer", readOnly: true },
      number: { type: "number", readOnly: true },
      string: { type: "string" },
      object: {
        type: "object",
        properties: { temperature: number, tags: { type: "array", items: { type: "string" } } },
        required: ["temperature"],
      },
      array: { type: "array", items: number },
      null: { type: "null", readOnly: true },
      level: { type: "integer", minimum: 0, maximum: 100, unit: "percent" },
      serial: { type: "string", readOnly: true },
      secret: { type: "string", writeOnly: true },
      counter: { type: "integer", readOnly: true, observable: true },
      blob: { type: "string" },
      fragile: { type: "string" },
      [ODD_PROPERTY]: { type: "integer", observable: true },
    },
    actions: {
      echo: { input: { type: "string" }, output: { type: "string" }, synchronous: true },
      add: {
        input: {
          type: "object",
          properties: { a: number, b: number },
          required: ["a", "b"],
          additionalProperties: false,
        },
        output: number,
        synchronous: true,
      },
      noOutput: { input: { type: "integer", minimum: 0 }, synchronous: true },
      noInput: { output: { type: "string" }, synchronous: true },
      optionalInput: {
        input: { type: "object", properties: { repeat: { type: "integer", minimum: 1 } } },
        output: { type: "integer" },
        synchronous: true,
      },
      failTyped: { synchronous: true },
      failPlain: { synchronous: true },
      slow: { output: { type: "string" }, synchronous: true },
      task: {
        input: {
          type: "object",
          properties: { mode: { type: "string", enum: ["quick", "held", "failing"] } },
          required: ["mode"],
        },
        output: { type: "string" },
        synchronous: false,
      },
      [ODD_ACTION]: { input: { type: "integer" }, output: { type: "integer" }, synchronous: true },
    },
    events: {
      reading: { data: { type: "object", properties: { n: { type: "integer" } } } },
      ping: {},
      [ODD_EVENT]: { data: number },
    },
  };
}

/** The test's hand on the Thing. */
export interface BenchmarkControls {
  /** Values behind the readable properties; writes land here. */
  readonly values: Record<string, WoT.DataSchemaValue>;
  /** What was written to the writeOnly property. */
  readonly secrets: string[];
  /** Inputs of `noOutput`. */
  readonly received: number[];
  /** Invocations of `slow` that wait for `release`. */
  readonly slowInvocations: number;
  /** What tells each `held` invocation of `task` that it was cancelled. */
  readonly taskSignals: readonly AbortSignal[];
  /** Lets every waiting `slow` and `task` finish. */
  release(): void;
  setCounter(value: number): Promise<void>;
}

/** Installs the handlers. */
export function implementBenchmark(thing: WoT.ExposedThing): BenchmarkControls {
  const values = structuredClone(INITIAL) as unknown as Record<string, WoT.DataSchemaValue>;
  const secrets: string[] = [];
  const received: number[] = [];
  let gate = new Deferred();
  let slowInvocations = 0;
  const taskSignals: AbortSignal[] = [];

  for (const name of Object.keys(values))
    thing.setPropertyReadHandler(name, async () => values[name] ?? null);
  for (const name of ["string", "object", "array", "level", "blob", ODD_PROPERTY]) {
    thing.setPropertyWriteHandler(name, async (input) => {
      values[name] = (await input.value()) as WoT.DataSchemaValue;
    });
  }
  thing.setPropertyWriteHandler("fragile", async (input) => {
    const value = (await input.value()) as string;
    if (value === FRAGILE_LIMIT) throw new DeviceTimeoutError("wifi-8", 100);
    values.fragile = value;
  });
  thing.setPropertyWriteHandler("secret", async (input) => {
    secrets.push(String(await input.value()));
  });

  thing.setActionHandler("echo", async (input) => (await input.value()) as string);
  thing.setActionHandler("add", async (input) => {
    const { a, b } = (await input.value()) as { a: number; b: number };
    return a + b;
  });
  thing.setActionHandler("noOutput", async (input) => {
    received.push(Number(await input.value()));
    return undefined;
  });
  thing.setActionHandler("noInput", async () => "done");
  thing.setActionHandler("optionalInput", async (input) => {
    const { repeat } = (await input.value()) as { repeat?: number };
    return repeat ?? 1;
  });
  thing.setActionHandler("failTyped", async () => {
    throw new DeviceTimeoutError("wifi-9", 250);
  });
  thing.setActionHandler("failPlain", async () => {
    throw new TypeError(PRIVATE_TEXT);
  });
  thing.setActionHandler("slow", async () => {
    slowInvocations++;
    await gate.promise;
    return "late";
  });
  thing.setActionHandler("task", async (input, options) => {
    const { mode } = (await input.value()) as { mode: string };
    if (mode === "failing") throw new DeviceTimeoutError("wifi-7", 500);
    if (mode === "held") {
      taskSignals.push(cancelSignal(options));
      await gate.promise;
    }
    return `${mode} done`;
  });
  thing.setActionHandler(ODD_ACTION, async (input) => Number(await input.value()) + 1);

  return {
    values,
    secrets,
    received,
    taskSignals,
    get slowInvocations() {
      return slowInvocations;
    },
    release() {
      gate.resolve();
      gate = new Deferred();
    },
    async setCounter(value) {
      values.counter = value;
      await thing.emitPropertyChange("counter");
    },
  };
}
