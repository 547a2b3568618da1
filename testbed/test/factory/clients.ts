import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { CoapClientFactory } from "@node-wot/binding-coap";
import { HttpClientFactory } from "@node-wot/binding-http";
import { Servient } from "@node-wot/core";
import { runProgram, type Said } from "../clients/program";
import type { RunningFactory } from "./running-factory";

/** Three sensors on three radios: what follows is the same for each. */
const SENSORS = [
  { node: "fog-wifi", device: "wifi-1", quantities: ["humidity", "temperature"] },
  { node: "fog-zigbee", device: "zig-1", quantities: ["temperature"] },
  { node: "fog-ble", device: "ble-1", quantities: ["humidity", "temperature"] },
];
const TRIES = 20;

interface Output {
  readonly deviceId: string;
  readonly values: Readonly<Record<string, number>>;
}

export function describeClients(factory: RunningFactory): void {
  describe.each(SENSORS)("$device, for clients that know nothing of us", (sensor) => {
    const { node, device, quantities } = sensor;
    const path = `${node}/${device}`;
    const topic = `fogwot/factory/${path}`;
    const mosquitto = (program: "rr" | "sub", ...args: string[]): Promise<Said> => {
      const { hostname, port } = new URL(factory.brokerUrl);
      return runProgram(`mosquitto_${program}`, "-V", "311", "-h", hostname, "-p", port, ...args);
    };
    const expectReading = (output: Output): void => {
      expect(output).toMatchObject({ deviceId: device, ageMs: expect.any(Number) });
      expect(Object.keys(output.values).sort()).toEqual(quantities);
      expect(output.values.temperature).toBeGreaterThan(10);
    };
    const expectTemperature = (text: string): void => {
      expect(text.trim()).toMatch(/^\d+(\.\d+)?$/);
      expect(Number(text)).toBeGreaterThan(10);
    };

    // The Wi-Fi filter is not what is tried here; what else a link loses is asked for again.
    beforeAll(async () => {
      await factory.bench.run("link", "set", device, "--loss", "0");
    });
    afterAll(async () => {
      await factory.bench.run("link", "restore", device);
    });

    it("is read by curl, and asked by curl", async () => {
      const url = `${factory.url(node, "http")}/${path}`;
      await until(async () => {
        const { stdout } = await runProgram("curl", "-sf", "-X", "POST", `${url}/actions/getData`);
        if (stdout === "") return false;
        expectReading(JSON.parse(stdout));
        return true;
      });
      expectTemperature((await runProgram("curl", "-sf", `${url}/properties/temperature`)).stdout);
    });

    it("is read by libcoap, and asked by libcoap", async () => {
      const url = `${factory.url(node, "coap")}/${path}`;
      const client = async (method: string, at: string): Promise<string> =>
        (await runProgram("coap-client-notls", "-m", method, "-B", "5", `${url}/${at}`)).stdout;
      await until(async () => {
        const said = await client("post", "actions/getData");
        if (!said.includes("deviceId")) return false;
        expectReading(JSON.parse(said));
        return true;
      });
      expectTemperature(await client("get", "properties/temperature"));
    });

    it("is read by mosquitto_sub, and asked by mosquitto_rr", async () => {
      let number = 0;
      await until(async () => {
        const action = `${topic}/actions/getData`;
        const corr = `${device}-${++number}`;
        const topics = ["-t", `${action}/request/${corr}`, "-e", `${action}/response/${corr}`];
        const { stdout } = await mosquitto("rr", ...topics, "-m", "{}", "-W", "2");
        if (stdout === "") return false;
        expectReading(JSON.parse(stdout));
        return true;
      });
      const retained = ["-t", `${topic}/properties/temperature`, "-C", "1", "-W", "5"];
      const { stdout } = await mosquitto("sub", ...retained);
      expectTemperature(stdout);
    });

    it("is read and asked by plain node-wot, over HTTP and CoAP", async () => {
      const servient = new Servient();
      servient.addClientFactory(new HttpClientFactory());
      servient.addClientFactory(new CoapClientFactory());
      const wot = await servient.start();
      try {
        for (const scheme of ["http", "coap"] as const) {
          const td = await wot.requestThingDescription(`${factory.url(node, scheme)}/${path}`);
          const thing = await wot.consume(td);
          // node-wot picks the first form it has a client for, unless it is told.
          const formIndex = (td.actions?.getData?.forms ?? []).findIndex(({ href }) =>
            href.startsWith(`${scheme}:`),
          );
          await until(async () => {
            const output = await thing
              .invokeAction("getData", undefined, { formIndex })
              .catch(() => undefined);
            if (output === undefined) return false;
            expectReading((await output.value()) as never);
            return true;
          });
          const temperature = await (await thing.readProperty("temperature")).value();
          expectTemperature(String(temperature));
        }
      } finally {
        await servient.shutdown();
      }
    });
  });
}

/** A lost reply is an error, and a client's to ask again after. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) if (await ask()) return;
  throw new TypeError(`${TRIES} requests in vain`);
}
