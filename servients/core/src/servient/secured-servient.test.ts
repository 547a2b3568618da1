import { afterEach, describe, expect, it } from "@jest/globals";
import { makeAuthority, makeServerCertificate } from "../security";
import {
  API_KEY,
  PASSWORD,
  type SampleAccess,
  sampleAccess,
} from "../security/testing/sample-access";
import { type RunningServient, type ServientOptions, startServient } from "./servient";

const TD = {
  title: "Lamp",
  id: "urn:fogwot:sample:lamp",
  properties: { on: { type: "boolean", observable: true } },
  events: { moved: { data: { type: "integer" } } },
} as const;

describe("a Servient with access", () => {
  const running: RunningServient[] = [];
  let sample: SampleAccess;
  afterEach(async () => {
    sample.access.close();
    for (const servient of running.splice(0).reverse()) await servient.stop();
  });

  async function start(options: Partial<ServientOptions>): Promise<RunningServient> {
    const servient = await startServient({ name: "test", ...options });
    running.push(servient);
    return servient;
  }

  async function lamp() {
    sample = await sampleAccess();
    const clock = { now: () => Date.now() };
    const authority = await makeAuthority("sample", clock);
    const made = await makeServerCertificate({ authority, hosts: ["127.0.0.1"], clock });
    const tls = { key: made.key, cert: made.certificate };
    const { wot, ports } = await start({
      http: { port: 0, tls },
      clients: [],
      access: sample.access,
    });
    const thing = await wot.produce(structuredClone(TD) as never);
    thing.setPropertyReadHandler("on", async () => true);
    await thing.expose();
    return { thing, ca: authority.certificate, url: `https://127.0.0.1:${ports.http}/lamp` };
  }

  const shown = {
    basic: { username: "reader", password: PASSWORD },
    apikey: { apiKey: `${API_KEY}-reader` },
  };

  it.each(["basic", "apikey", "bearer"] as const)(
    "is read over HTTPS by a Servient that trusts its certificate and shows %s credentials",
    async (kind) => {
      const { ca, url } = await lamp();
      const token = await sample.token("dave", ["read"]);
      const credentials = {
        hosts: ["127.0.0.1"],
        ...(kind === "bearer" ? { token } : shown[kind]),
      };
      const { wot } = await start({ tls: { ca }, credentials, clients: ["http"] });
      const td = await wot.requestThingDescription(url);
      expect(td.security).toEqual(["any_sc"]);
      const consumed = await wot.consume(td);
      expect(await (await consumed.readProperty("on")).value()).toBe(true);
      await expect(consumed.writeProperty("on", false)).rejects.toMatchObject({ status: 403 });
    },
  );

  it("is not read by one that has no credentials, others, or none for this host", async () => {
    const { ca, url, thing } = await lamp();
    const sets = [
      undefined,
      { hosts: ["127.0.0.1"], username: "reader", password: "wrong" },
      { hosts: ["192.0.2.1"], ...shown.basic },
    ];
    for (const credentials of sets) {
      const client = { tls: { ca }, clients: ["http"] } as const;
      const { wot } = await start(credentials ? { ...client, credentials } : client);
      await expect(wot.requestThingDescription(url)).rejects.toMatchObject({ status: 401 });
      const consumed = await wot.consume(thing.getThingDescription());
      await expect(consumed.readProperty("on")).rejects.toMatchObject({ status: 401 });
    }
  });

  it("asks first for what node-wot's store has for this very Thing", async () => {
    const { ca, thing } = await lamp();
    const { wot, servient } = await start({
      ...{ tls: { ca }, clients: ["http"] },
      credentials: { hosts: ["127.0.0.1"], username: "reader", password: "wrong" },
    });
    servient.addCredentials({ [TD.id]: shown.basic });
    const consumed = await wot.consume(thing.getThingDescription());
    expect(await (await consumed.readProperty("on")).value()).toBe(true);
  });

  it("is not reached by one that trusts another authority", async () => {
    const { thing } = await lamp();
    const other = await makeAuthority("sample", { now: () => Date.now() });
    const { wot } = await start({ tls: { ca: other.certificate }, clients: ["http"] });
    const consumed = await wot.consume(thing.getThingDescription());
    await expect(consumed.readProperty("on")).rejects.toMatchObject({ code: "UNREACHABLE" });
  });
});
