import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { SiteConsumer } from "../../src/soak/site/consumer";
import { LivingSite } from "../../src/soak/site/living-site";
import { withBroker, withFastSampling, withPerfectLinks } from "../../src/soak/site/site-copy";
import { until } from "../../src/soak/site/until";
import { Mosquitto } from "./mosquitto";
import { runProgram, type Said } from "./program";
import { whileTalking } from "./talking";

jest.setTimeout(90_000);

let broker: Mosquitto;
let site: LivingSite;

beforeAll(async () => {
  broker = await Mosquitto.start();
  site = await LivingSite.start({
    site: (wifi) => withFastSampling(withBroker(wifi, broker.url)),
    emulation: withPerfectLinks,
    args: ["--no-sense"],
  });
});
afterAll(async () => {
  // Also after a start that failed, nothing may stay.
  const ended = await site?.stop();
  await broker?.stop();
  expect(ended?.summary?.leftover).toEqual([]);
  expect(ended?.exitCode).toBe(0);
});

const THING = "fogwot/wifi/fog-wifi/wifi-1";
const OUTPUT = {
  deviceId: "wifi-1",
  values: { temperature: expect.any(Number), humidity: expect.any(Number) },
  timestamp: expect.any(String),
  ageMs: expect.any(Number),
  deviceRttMs: expect.any(Number),
};

function client(program: string, version: string, ...args: string[]): Promise<Said> {
  const at = ["-V", version, "-h", "127.0.0.1", "-p", String(broker.port), "-W", "10"];
  return runProgram(program, ...at, ...args);
}

describe("mosquitto_rr against Debian's mosquitto", () => {
  it("gets a reading with MQTT 5, on the response topic of its own choice", async () => {
    const topics = ["-t", `${THING}/actions/getData`, "-e", "strangers/answers/1"];
    const { code, stdout } = await client("mosquitto_rr", "5", ...topics, "-m", "{}");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(OUTPUT);
  });

  it("is told by MQTT 5 properties that an answer is an error, and for which request", async () => {
    const { stdout } = await client(
      "mosquitto_rr",
      "5",
      ...["-t", `${THING}/actions/getData`, "-e", "strangers/answers/2"],
      ...["-D", "publish", "correlation-data", "c-42", "-m", '{"timeoutMs":0}'],
      ...["-F", "%j"],
    );
    const { payload, properties } = JSON.parse(stdout) as {
      payload: string;
      properties: Record<string, unknown>;
    };
    expect(JSON.parse(payload)).toMatchObject({ status: 400, code: "INPUT" });
    expect(properties).toMatchObject({
      "content-type": "application/problem+json",
      "correlation-data": "c-42",
      "user-properties": { error: "INPUT" },
    });
  });

  it("gets a reading with MQTT 3.1.1 as well, by a topic per request", async () => {
    const topic = `${THING}/actions/getData`;
    const topics = ["-t", `${topic}/request/7`, "-e", `${topic}/response/7`];
    const { stdout } = await client("mosquitto_rr", "311", ...topics, "-m", "{}");
    expect(JSON.parse(stdout)).toEqual(OUTPUT);
  });
});

describe("mosquitto_sub with MQTT 5", () => {
  const one = async (topic: string, ...args: string[]): Promise<string> => {
    const { stdout } = await client("mosquitto_sub", "5", "-t", topic, "-C", "1", ...args);
    return stdout.trim();
  };

  it("finds the value of every property retained", async () => {
    const status = await one(`${THING}/properties/status`, "-F", "%r %p");
    expect(status).toBe('1 "online"');
    const temperature = await one(`${THING}/properties/temperature`, "-F", "%r %p");
    expect(temperature).toMatch(/^1 \d+(\.\d+)?$/);
  });

  it("receives events, which are not retained", async () => {
    const said = await whileTalking(
      `http://127.0.0.1:${site.attached.info.nodes[0]?.ports.http}/fog-wifi/wifi-1`,
      one(`${THING}/events/reading`, "-F", "%r %p"),
    );
    const [retained, ...payload] = said.split(" ");
    expect(retained).toBe("0");
    expect(JSON.parse(payload.join(" "))).toMatchObject({ deviceId: "wifi-1" });
  });
});

describe("an external broker", () => {
  it("named by its URL carries every Thing, and the forms name it", async () => {
    await using consumer = await SiteConsumer.open(site);
    for (const device of consumer.devices) {
      expect(await consumer.getData(device, "mqtt")).toMatchObject({ deviceId: device });
    }
    const td = JSON.stringify(consumer.things[0]?.td);
    expect(td).toContain(broker.url);
    expect(site.attached.info.server?.brokerUrl).toBe(broker.url);
  });

  it("may die and come back: HTTP and CoAP do not notice, MQTT comes back by itself", async () => {
    await using consumer = await SiteConsumer.open(site, 1_000);
    await consumer.getData("wifi-1", "mqtt");
    await broker.kill();
    await expect(consumer.getData("wifi-1", "mqtt")).rejects.toMatchObject({
      code: expect.stringMatching(/^(UNREACHABLE|INTERACTION_TIMEOUT)$/),
    });
    for (const binding of ["http", "coap"] as const) {
      expect(await consumer.getData("wifi-1", binding)).toEqual(OUTPUT);
      expect(await consumer.read("wifi-1", "status", binding)).toBe("online");
    }
    await broker.start();
    // The same client, and nothing of the site restarted: connections alone come back.
    await until("MQTT answering again", () => consumer.getData("wifi-1", "mqtt"));
    await until("values being retained again", async () => {
      const args = ["-t", `${THING}/properties/status`, "-C", "1", "-W", "1", "-F", "%r %p"];
      return (await client("mosquitto_sub", "5", ...args)).stdout.trim() === '1 "online"';
    });
  });
});
