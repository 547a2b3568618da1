import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { until } from "../compliance";
import { mosquittoClient, startAedes, startMosquitto, type TestBroker } from "./test/brokers";
import { READING, startSensor, type TestSensor } from "./test/sensor";

/** Debian's mosquitto-clients know nothing of us but the topics in the forms. */
describe.each([
  { name: "aedes, MQTT 3.1.1", start: startAedes as () => Promise<TestBroker> },
  { name: "mosquitto", start: startMosquitto },
])("mosquitto clients over $name", ({ name, start }) => {
  let broker: TestBroker;
  let sensor: TestSensor;
  const isMosquitto = name === "mosquitto";

  beforeAll(async () => {
    broker = await start();
    sensor = await startSensor(broker.url);
  });
  afterAll(async () => {
    await sensor.stop();
    await broker.stop();
  });

  const rr = (version: "311" | "5", request: string, response: string, ...options: string[]) =>
    mosquittoClient(
      "mosquitto_rr",
      broker.port,
      ...["-V", version, "-W", "10", "-t", `${sensor.base}/${request}`, "-e", response],
      ...(options.length > 0 ? options : ["-m", "{}"]),
    );

  it("get a reading by a request with an address of its own (3.1.1)", async () => {
    const response = `${sensor.base}/actions/getData/response/abc`;
    const answer = await rr("311", "actions/getData/request/abc", response);
    expect(JSON.parse(answer)).toEqual(READING);
    // The correlation is theirs to use again.
    expect(JSON.parse(await rr("311", "actions/getData/request/abc", response))).toEqual(READING);
  });

  it("get the problem details of a failure on the error topic (3.1.1)", async () => {
    const error = `${sensor.base}/actions/fail/error/abc`;
    const answer = await rr("311", "actions/fail/request/abc", error, "-n");
    expect(JSON.parse(answer)).toMatchObject({ status: 504, code: "DEVICE_TIMEOUT" });
  });

  it("read and write a property by request (3.1.1)", async () => {
    const property = `${sensor.base}/properties/samplingInterval`;
    const read = () => rr("311", "properties/samplingInterval/get/r1", `${property}/response/r1`);
    expect(await read()).toBe("1000");
    const write = ["properties/samplingInterval/set/w1", `${property}/response/w1`] as const;
    expect(await rr("311", ...write, "-m", "2000")).toBe("");
    expect(await read()).toBe("2000");
    const refused = await rr("311", write[0], `${property}/error/w1`, "-m", '"soon"');
    expect(JSON.parse(refused)).toMatchObject({ status: 400, details: { wanted: "type integer" } });
    await rr("311", ...write, "-m", "1000");
  });

  it("invoke an action by a plain message without awaiting an answer", async () => {
    const before = sensor.invocations.length;
    const topic = `${sensor.base}/actions/getData`;
    await mosquittoClient(
      "mosquitto_pub",
      broker.port,
      "-t",
      topic,
      "-m",
      '{"timeoutMs":7}',
      "-q",
      "1",
    );
    await until("the invocation", () => sensor.invocations.length > before);
    expect(sensor.invocations.slice(before)).toEqual([{ timeoutMs: 7 }]);
  });

  it("read a property from its retained value alone, and the Thing Description", async () => {
    const read = (topic: string) =>
      mosquittoClient(
        "mosquitto_sub",
        broker.port,
        "-t",
        topic,
        "-C",
        "1",
        "-W",
        "10",
        "-F",
        "%r %p",
      );
    expect(await read(`${sensor.base}/properties/temperature`)).toBe("1 21.5");
    const td = (await read(sensor.base)).slice(2);
    expect(JSON.parse(td)).toEqual(sensor.td);
  });

  it("hear events", async () => {
    const topic = `${sensor.base}/events/reading`;
    const heard = mosquittoClient(
      "mosquitto_sub",
      broker.port,
      "-t",
      topic,
      "-C",
      "2",
      "-W",
      "10",
      "-q",
      "1",
    );
    let isDone = false;
    heard.then(
      () => {
        isDone = true;
      },
      () => {
        isDone = true;
      },
    );
    // mosquitto_sub does not say when it has subscribed.
    let n = 0;
    await until("the events to be heard", () => {
      if (!isDone) sensor.thing.emitEvent("reading", ++n);
      return isDone;
    });
    const [first, second] = (await heard).split("\n").map(Number);
    expect(second).toBe(Number(first) + 1);
  });

  if (isMosquitto) {
    it("get a reading by MQTT 5 response topic", async () => {
      const answer = await rr("5", "actions/getData", "some/reply");
      expect(JSON.parse(answer)).toEqual(READING);
    });

    it("get their correlation data back, and errors marked by a user property (MQTT 5)", async () => {
      const format = ["-m", "{}", "-D", "publish", "correlation-data", "c-17", "-F", "%D %C %P %p"];
      const good = await rr("5", "actions/getData", "some/reply", ...format);
      expect(good).toContain("c-17");
      expect(good).toContain("application/json");
      expect(good).not.toContain("error:");
      const bad = await rr("5", "actions/fail", "some/reply", ...format.slice(2), "-n");
      expect(bad).toContain("error:DEVICE_TIMEOUT");
      expect(bad).toContain('"status":504');
    });

    it("read and write properties by MQTT 5 response topic", async () => {
      expect(await rr("5", "properties/temperature/get", "some/reply", "-n")).toBe("21.5");
      expect(await rr("5", "properties/samplingInterval/set", "some/reply", "-m", "500")).toBe("");
      expect(sensor.values.samplingInterval).toBe(500);
    });
  }
});
