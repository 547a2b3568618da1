import { Servient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { describeSecurity } from "../../../security";
import { CoapBindingServer, type CoapServerOptions } from "..";

/** A running server with one Thing, title "Demo", path `/demo`. */
export interface Demo extends AsyncDisposable {
  readonly server: CoapBindingServer;
  readonly thing: WoT.ExposedThing;
  readonly port: number;
  /** -1 without `secure`. */
  readonly securePort: number;
  readonly td: WoT.ThingDescription;
  /** How often the `count` action ran. */
  readonly invocations: number;
  /** Lets the `slow` action finish. */
  release(): void;
  setState(value: WoT.DataSchemaValue): Promise<void>;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startDemo(options: Partial<CoapServerOptions> = {}): Promise<Demo> {
  const servient = new Servient();
  const server = new CoapBindingServer({ port: 0, ...options });
  servient.addServer(server);
  const wot = await servient.start();
  const thing = await wot.produce({
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    id: `urn:fogwot:demo:${process.pid}:${server.getPort()}`,
    title: "Demo",
    securityDefinitions: { nosec_sc: { scheme: "nosec" } },
    security: ["nosec_sc"],
    properties: {
      // node-wot reads no input without a type.
      state: { observable: true, oneOf: [{ type: "integer" }, { type: "string" }] },
      plain: { type: "integer", readOnly: true, uriVariables: { scale: { type: "integer" } } },
      broken: { readOnly: true },
      "größe #1": { type: "integer", readOnly: true },
    },
    actions: {
      count: { input: {}, output: { type: "integer" } },
      slow: { output: {} },
      large: { output: { type: "string" } },
      emit: {},
      drill: { input: { type: "integer" }, output: { type: "integer" }, synchronous: false },
    },
    events: { reading: { data: { oneOf: [{ type: "integer" }, { type: "string" }] } } },
  } as unknown as WoT.ExposedThingInit);
  let state: WoT.DataSchemaValue = 1;
  let invocations = 0;
  let release: () => void = () => undefined;
  thing.setPropertyReadHandler("state", async () => state);
  thing.setPropertyWriteHandler("state", async (input) => {
    state = (await input.value()) as WoT.DataSchemaValue;
  });
  thing.setPropertyReadHandler("plain", async (read) => {
    const scale = (read?.uriVariables as { scale?: number } | undefined)?.scale ?? 1;
    return 7 * scale;
  });
  thing.setPropertyReadHandler("größe #1", async () => 3);
  thing.setPropertyReadHandler("broken", async () => {
    throw new TypeError("secret detail");
  });
  thing.setActionHandler("count", async () => ++invocations);
  thing.setActionHandler("slow", async () => {
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return "late";
  });
  thing.setActionHandler("large", async () => `${++invocations} ${"x".repeat(5_000)}`);
  thing.setActionHandler("emit", async () => {
    thing.emitEvent("reading", "emitted");
    return undefined;
  });
  thing.setActionHandler("drill", async (input) => Number(await input.value()) * 2);
  const access = options.access ?? options.secure?.access;
  if (access) describeSecurity(thing, access);
  await thing.expose();
  return {
    server,
    thing,
    port: server.getPort(),
    securePort: server.getSecurePort(),
    get td() {
      return thing.getThingDescription();
    },
    get invocations() {
      return invocations;
    },
    release: () => release(),
    setState: async (value) => {
      state = value;
      await thing.emitPropertyChange("state");
    },
    [Symbol.asyncDispose]: async () => {
      release();
      await servient.shutdown();
    },
  };
}
