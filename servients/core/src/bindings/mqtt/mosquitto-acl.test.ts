import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { serviceCredentials } from "../../security";
import { PASSWORD, type SampleAccess, sampleAccess } from "../../security/testing/sample-access";
import { rejection, until } from "../compliance";
import { toContent } from "../payload";
import { MqttBindingClientFactory, type MqttForm, mosquittoAcl, mosquittoPasswords } from ".";
import { startMosquitto, type TestBroker } from "./test/brokers";
import { sensorInit, startSensor, type TestSensor } from "./test/sensor";

const PREFIX = "fogwot/plant";
const NODE = serviceCredentials("root", "", "node-1");
const SERVER = serviceCredentials("root", "", "server");
const ID = (name: string) => `urn:fogwot:plant:${name}`;

describe("the ACL and password files in a mosquitto", () => {
  let sample: SampleAccess;
  let broker: TestBroker;
  let safe: TestSensor;
  let open: TestSensor;
  let server: MqttClient;
  let acl: string;
  /** Correlations of the server's own requests. */
  const answered = new Set<string>();

  beforeAll(async () => {
    sample = await sampleAccess({ things: { open: "nosec_sc", hidden: "bearer_sc" } });
    const { access, users } = sample;
    const things = ["safe", "open", "hidden"].map((name) => ({
      base: `${PREFIX}/node-1/${name}`,
      thing: sensorInit(ID(name), name) as never,
    }));
    acl = mosquittoAcl({
      ...{ topicPrefix: PREFIX, things, access, nodes: ["node-1"] },
      users: [...users.users, { name: "stranger", scopes: ["other"] }],
    });
    const stranger = { ...users.users[0], name: "stranger" };
    const programs = [NODE, SERVER];
    const passwords = await mosquittoPasswords([...users.users, stranger], programs);
    broker = await startMosquitto({ files: { acl, passwords, anonymous: true } });
    const sensor = (name: string) =>
      startSensor(broker.url, {
        ...{ topicPrefix: PREFIX, name: "node-1", clientId: name, access },
        ...{ thingPath: () => `node-1/${name}`, id: ID(name) },
        ...{ username: NODE.name, password: NODE.secret },
      });
    safe = await sensor("safe");
    open = await sensor("open");
    server = await join({ username: SERVER.name, password: SERVER.secret });
    server.on("message", (topic) => answered.add(topic.split("/").slice(-2).join("/")));
    const answers = [`${PREFIX}/replies/fogwot.server/#`, `${PREFIX}/+/+/+/+/response/#`];
    await server.subscribeAsync(answers, { qos: 1 });
  });
  afterAll(async () => {
    await server.endAsync(true);
    await safe.stop();
    await open.stop();
    await broker.stop();
    sample.access.close();
  });

  const join = (options: IClientOptions) =>
    connectAsync(broker.url, { reconnectPeriod: 0, protocolVersion: 5, ...options });

  const requestsOf = (sensor: TestSensor): string[] => {
    const text = JSON.stringify(sensor.td);
    const topics = [...text.matchAll(/"fog:requestTopic":"([^"]+)"/g)].map(([, one]) => `${one}`);
    return [...new Set(topics.map((topic) => topic.replace(/\{\?[^}]*\}/, "")))];
  };

  /** Refused or not: that is seen at the Thing. */
  const settled = (work: Promise<unknown>) => work.catch(() => undefined);

  /** How many requests of a client reach a Thing that it asks for everything, and what it hears. */
  async function reach(sensor: TestSensor, user: string | undefined, password = PASSWORD) {
    const client = await join(user === undefined ? {} : { username: user, password });
    const heard = new Set<string>();
    client.on("message", (topic) => heard.add(topic));
    const everywhere = ["#", "fogwot/#", `${PREFIX}/+/+/#`, `${PREFIX}/replies/#`];
    await client.subscribeAsync([...everywhere, `${sensor.base}/#`], { qos: 1 });
    const before = sensor.server.counters.requests;
    const own = user === undefined ? "c" : `${user}/c`;
    const body = '{"samplingInterval":500}';
    for (const [n, topic] of requestsOf(sensor).entries()) {
      for (const address of [`${own}/${n}`, "administrator/1", "", "?mediaType=x"]) {
        const request = topic.replace("{corr}", address).replace(/\/$/, "");
        await settled(client.publishAsync(request, body, { qos: 1 }));
      }
    }
    await sensor.thing.emitPropertyChange("temperature");
    sensor.thing.emitEvent("reading", 1);
    // Nobody speaks for a Thing.
    const faked = client.publishAsync(`${sensor.base}/events/reading`, "666", { qos: 1 });
    expect(await rejection(faked)).toHaveProperty("code", 135);
    // There and back by the Thing: what was to come before has come, and this is heard by all.
    const asked = `${sensor.base}/properties/uptime/get/fogwot.server/1`;
    await server.publishAsync(asked, "", { qos: 1 });
    await until("the answer", () => answered.delete("fogwot.server/1"));
    heard.delete(`${open.base}/events/reading`);
    open.thing.emitEvent("reading", 2);
    await until("the end", () => heard.has(`${open.base}/events/reading`));
    await client.endAsync(true);
    const requests = sensor.server.counters.requests - before - 1;
    return { requests, heard: [...heard].filter((topic) => !topic.startsWith(open.base)).sort() };
  }

  it("let nobody in with a wrong password or an unknown name", async () => {
    for (const [user, password] of [
      ["admin", "wrong"],
      ["nobody", PASSWORD],
      ["admin", ""],
    ]) {
      const refused = rejection(reach(safe, user, password));
      expect(await refused).toHaveProperty("code", 135);
    }
    const token = await sample.token("dora", ["admin"]);
    expect(await rejection(reach(safe, "dora", token))).toHaveProperty("code", 135);
  });

  it("let nobody reach or hear a secured Thing without credentials, or with none of its scopes", async () => {
    const availability = `${PREFIX}/node-1/availability`;
    const nothing = { requests: 0, heard: [availability] };
    expect(await reach(safe, undefined)).toEqual(nothing);
    expect(await reach(safe, "stranger")).toEqual(nothing);
    expect(safe.invocations).toEqual([]);
    expect(safe.values.samplingInterval).toBe(1000);
  });

  it("let everybody with the scope do what the rules say and hear their own answers alone", async () => {
    const state = [
      "",
      "/events/reading",
      ...Object.keys(safe.values).map((p) => `/properties/${p}`),
    ];
    const states = state.map((one) => safe.base + one);
    const elsewhere = (heard: readonly string[]) => heard.filter((one) => !states.includes(one));
    const reader = await reach(safe, "reader");
    expect(reader.heard).toEqual(expect.arrayContaining(states));
    const ownAnswer = /^fogwot\/plant\/(replies\/(reader|admin|operator)\/|node-1\/availability$)/;
    for (const topic of elsewhere(reader.heard)) expect(topic).toMatch(ownAnswer);
    expect(reader.heard.join()).not.toContain("replies/admin");
    // Each property, and all of them, in JSON and in CBOR: with an address and without.
    expect(safe.invocations).toEqual([]);
    expect(safe.values.samplingInterval).toBe(1000);
    const operator = await reach(safe, "operator");
    expect(operator.requests).toBeGreaterThan(reader.requests);
    expect(safe.invocations.length).toBeGreaterThan(0);
    expect(safe.values.samplingInterval).toBe(1000);
    await reach(safe, "admin");
    expect(safe.values.samplingInterval).toBe(500);
  });

  it("leave an open Thing to everybody", async () => {
    const anonymous = await reach(open, undefined);
    expect(anonymous.requests).toBeGreaterThan(10);
    expect(open.values.samplingInterval).toBe(500);
    expect(anonymous.heard).toEqual([`${PREFIX}/node-1/availability`]);
  });

  it("let our own client do through it what the embedded broker lets it do", async () => {
    const factory = new MqttBindingClientFactory({ timeoutMs: 5_000 });
    const client = factory.getClient();
    client.setSecurity([{ scheme: "basic" }], { username: "operator", password: PASSWORD });
    const invoke = safe.td.actions?.getData?.forms[0] as MqttForm;
    expect((await client.invokeResource(invoke)).type).toBe("application/json");
    const write = safe.td.properties?.samplingInterval?.forms[1] as MqttForm;
    const refused = { ...write, "mqv:qos": "1" } as const;
    const value = toContent({ type: "application/json", body: Buffer.from("700") });
    expect(await rejection(client.writeResource(refused, value))).toMatchObject({ status: 403 });
    await factory.stop();
  });

  it("do not name a Thing that MQTT cannot protect", () => {
    expect(acl).not.toContain("/hidden");
    expect(acl).toContain("user reader\n");
  });
});
