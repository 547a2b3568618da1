import { type EventEmitter, once } from "node:events";
import { systemClock, WaitTimeoutError } from "@fogwot/core";
import { afterEach, describe, expect, it } from "@jest/globals";
import { connect, connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import { letInOf, tryEverything } from "./test/attempts";
import { PASSWORD, type SecuredSite, startSecuredSite } from "./test/secured-site";

const closed = (client: MqttClient) => once(client as unknown as EventEmitter, "close");

async function until(what: string, holds: () => boolean): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  while (!holds()) {
    if (signal.aborted) throw new WaitTimeoutError(what, 5_000);
    await systemClock.sleep(5);
  }
}

/** With a bare MQTT client, which keeps to no form. */
describe("somebody with credentials of their own", () => {
  let site: SecuredSite;
  const clients: MqttClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.end(true);
    await site.stop();
  });

  async function join(username: string, options: IClientOptions = {}): Promise<MqttClient> {
    const login = { username, password: PASSWORD, ca: site.ca, reconnectPeriod: 0 };
    const client = await connectAsync(site.broker.url, { ...login, ...options });
    clients.push(client);
    return client;
  }

  /** Topics of what comes, until the marker that is sent last. */
  async function heardBy(client: MqttClient, filter: string, work: () => Promise<void>) {
    const topics: string[] = [];
    client.on("message", (topic) => topics.push(topic));
    const [granted] = await client.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
    await work();
    // A round trip by the same connection: what was to come before has come.
    await client.subscribeAsync(`${site.base}/events/leak`, { qos: 1 }).catch(() => undefined);
    await site.thing.emitEvent("leak", 1);
    await systemClock.sleep(50);
    return { granted: granted?.qos, topics };
  }

  const level = async () => site.thing.emitPropertyChange("level");

  it("hears by wildcards only what they may hear, of what is kept as well", async () => {
    site = await startSecuredSite();
    for (const filter of ["#", "fogwot/#", "+/plant/#", "$SYS/#", "fogwot/plant/replies/+/#"]) {
      expect((await heardBy(await join("admin"), filter, level)).granted).toBe(128);
    }
    const all = "fogwot/plant/#";
    const stranger = await heardBy(await join("stranger"), all, level);
    expect(stranger).toEqual({ granted: 1, topics: [] });
    const reader = await heardBy(await join("reader"), all, async () => {
      await level();
      await letInOf(tryEverything(site, { username: "admin", password: PASSWORD }));
    });
    const heard = new Set(reader.topics.map((topic) => topic.replace(`${site.base}/`, "")));
    expect([...heard].sort()).toEqual([
      "events/leak",
      "fogwot/plant/node-1/availability",
      site.base,
      "properties/level",
      "properties/serial",
    ]);
  }, 20_000);

  it("speaks for no Thing, by no last will either", async () => {
    site = await startSecuredSite();
    const witness = await join("admin");
    const topics: [string, string][] = [];
    witness.on("message", (topic, payload) => topics.push([topic, payload.toString()]));
    await witness.subscribeAsync(`${site.base}/#`, { qos: 1 });
    const faked = ["", "/properties/level", "/events/leak", "/actions/open/response/x"];
    const will = { topic: `${site.base}/events/leak`, payload: "666", qos: 1 } as const;
    const intruder = await join("admin", { will });
    for (const one of faked) {
      for (const retain of [true, false]) {
        await intruder.publishAsync(`${site.base}${one}`, "666", { qos: 1, retain });
      }
    }
    const availability = "fogwot/plant/node-1/availability";
    await intruder.publishAsync(availability, '"offline"', { qos: 1, retain: true });
    const gone = closed(intruder);
    intruder.stream.destroy();
    await gone;
    await site.thing.emitEvent("leak", 1);
    await until("the event", () => topics.some(([, payload]) => payload === "1"));
    expect(topics.filter(([, payload]) => payload === "666")).toEqual([]);
    expect(site.broker.counters.denied).toBe(2 * faked.length + 2);
  });

  it("asks in nobody else's name and reads nobody else's answers", async () => {
    site = await startSecuredSite();
    const reader = await join("reader");
    for (const topic of ["fogwot/plant/replies/admin/#", "fogwot/plant/replies/admin/c/1"]) {
      await expect(reader.subscribeAsync(topic)).rejects.toThrow("Subscribe error");
    }
    const admin = await join("admin");
    const answers: string[] = [];
    admin.on("message", (topic) => answers.push(topic));
    await admin.subscribeAsync("fogwot/plant/replies/admin/#");
    const request = `${site.base}/properties/level/get`;
    await reader.publishAsync(`${request}/admin/c/1`, "", { qos: 1 });
    await reader.publishAsync(`${request}/administrator/1`, "", { qos: 1 });
    await admin.publishAsync(`${request}/admin/c/2`, "", { qos: 1 });
    await until("the answer", () => answers.length > 0);
    expect(answers).toEqual(["fogwot/plant/replies/admin/c/2"]);
    await reader.publishAsync(`${site.base}/actions/open`, "1", { qos: 1 });
    await admin.publishAsync(`${site.base}/actions/open`, "1", { qos: 1, retain: true });
    expect(site.done).toEqual([]);
  });

  it("ends no other's connection by taking its client's name", async () => {
    site = await startSecuredSite();
    const clientId = "fogwot-plant-node-1";
    const { refused } = site.broker.counters;
    await expect(join("admin", { clientId })).rejects.toMatchObject({ code: 2 });
    expect(site.broker.counters).toMatchObject({ clients: 1, faults: 0, refused: refused + 1 });
  });

  it("is disconnected when the token expires, or the user is removed", async () => {
    site = await startSecuredSite();
    const password = await site.token("dora", "read", 60_000);
    const dora = await join("dora", { password });
    const expired = closed(dora);
    await site.clock.advance(120_000);
    await expired;
    await expect(join("dora", { password })).rejects.toMatchObject({ code: 4 });
    const reader = await join("reader");
    const removed = closed(reader);
    site.access.replaceUsers({ users: [], revoked: {} });
    await removed;
    await expect(join("reader")).rejects.toMatchObject({ code: 4 });
  });

  it("is held to the rate and to the number of failed logins", async () => {
    const limits = { requestsPerSecond: 1, burst: 5, failedLoginsPerMinute: 3 };
    site = await startSecuredSite({ limits });
    const reader = await join("reader");
    const answers: unknown[] = [];
    reader.on("message", (_topic, payload) => answers.push(JSON.parse(payload.toString())));
    await reader.subscribeAsync("fogwot/plant/replies/reader/#");
    const request = `${site.base}/properties/level/get/reader/1`;
    for (let n = 0; n < 10; n++) await reader.publishAsync(request, "", { qos: 1 });
    await until("ten answers", () => answers.length >= 10);
    expect(answers.filter((one) => one === 7)).toHaveLength(4);
    expect(answers).toContainEqual(expect.objectContaining({ status: 429 }));
    const codes: unknown[] = [];
    for (let n = 0; n < 4; n++) {
      await join("admin", { password: "wrong" }).catch((error) => codes.push(error.code));
    }
    expect(codes).toEqual([4, 4, 4, 3]);
  });

  it("names in a request for several properties only those they may read", async () => {
    const scopes = ["read"];
    site = await startSecuredSite({
      access: [
        { operations: ["readallproperties"], scopes },
        { affordances: ["serial"], operations: ["readproperty"], scopes },
      ],
    });
    const reader = await join("reader");
    const answers = new Map<string, unknown>();
    reader.on("message", (topic, payload) => {
      answers.set(topic.replace("fogwot/plant/replies/reader/", ""), JSON.parse(`${payload}`));
    });
    await reader.subscribeAsync("fogwot/plant/replies/reader/#");
    const queries = ["?names=serial", "?names=serial,level", "", "?other=serial"];
    for (const [n, query] of queries.entries()) {
      await reader.publishAsync(`${site.base}/get/reader/${n}${query}`, "", { qos: 1 });
    }
    await until("every answer", () => answers.size >= queries.length);
    expect(answers.get("0")).toEqual({ serial: "SN-1" });
    for (const n of [1, 2, 3]) expect(answers.get(`${n}/error`)).toMatchObject({ status: 403 });
  });
});

describe("a broker with a certificate", () => {
  it("is reached over TLS by who trusts it, and by nobody else", async () => {
    const site = await startSecuredSite();
    const other = await startSecuredSite();
    try {
      const plain = site.broker.url.replace("mqtts:", "mqtt:");
      const login = { username: "reader", password: PASSWORD, reconnectPeriod: 0 };
      const inClear = connect(plain, login);
      await closed(inClear);
      inClear.end(true);
      await expect(connectAsync(site.broker.url, { ...login, ca: other.ca })).rejects.toBeDefined();
      const trusting = await connectAsync(site.broker.url, { ...login, ca: site.ca });
      expect(trusting.connected).toBe(true);
      await trusting.endAsync();
    } finally {
      await site.stop();
      await other.stop();
    }
  });
});
