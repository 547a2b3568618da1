import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { letInOf, type Outcomes, tryEverything } from "./test/attempts";
import { PASSWORD, type SecuredSite, startSecuredSite } from "./test/secured-site";

const READING = /^(read|observe|subscribe|query)/;
const INVOKING = /^(invoke|cancel)/;

const basic = (username: string, password = PASSWORD) => ({ username, password });
const statuses = (outcomes: Outcomes): unknown[] => [...new Set(Object.values(outcomes))];

describe("a site with credentials over MQTT", () => {
  let site: SecuredSite;
  beforeAll(async () => {
    site = await startSecuredSite();
  });
  afterAll(() => site.stop());

  it("says in every form what is asked for, and where answers go", () => {
    const forms = JSON.stringify(site.td);
    expect(site.td.security).toEqual(["any_sc"]);
    const hrefs = forms.match(/"href":"mqtts:/g) ?? [];
    expect(forms.match(/"security":\["basic_sc"\]/g)).toHaveLength(hrefs.length);
    const answers = [...forms.matchAll(/"fog:(?:response|error)Topic":"([^"]+)"/g)];
    for (const [, topic] of answers) expect(topic).toMatch(/^fogwot\/plant\/replies\/\{corr\}/);
    expect(forms).not.toContain(PASSWORD);
  });

  it("lets nobody in without credentials, with wrong ones, or another's token", async () => {
    const sets = {
      none: undefined,
      "a wrong password": basic("admin", "wrong"),
      "an unknown name": basic("nobody"),
      "no password": basic("admin", ""),
      "an expired token": { token: await site.token("dora", "admin", -60_000) },
      "another's token": { username: "admin", password: await site.token("dora", "admin") },
      "a token nobody made": { username: "admin", password: `${"eyJhIjoxfQ."}e30.c2ln` },
    };
    for (const [what, credentials] of Object.entries(sets)) {
      const outcomes = await tryEverything(site, credentials);
      expect(Object.keys(outcomes).length).toBeGreaterThan(20);
      expect([what, statuses(outcomes)]).toEqual([what, [401]]);
    }
    expect(site.done).toEqual([]);
  });

  it("lets each user do what the rules say of their scope and nothing else", async () => {
    const all = Object.keys(await tryEverything(site, basic("admin")));
    expect(await letInOf(tryEverything(site, basic("admin")))).toEqual(all);
    const reader = await tryEverything(site, basic("reader"));
    expect(await letInOf(reader)).toEqual(all.filter((name) => READING.test(name)));
    expect(statuses(reader).sort()).toEqual([403, "let in"]);
    const operator = await tryEverything(site, basic("operator"));
    expect(await letInOf(operator)).toEqual(
      all.filter((name) => READING.test(name) || INVOKING.test(name)),
    );
    const stranger = await tryEverything(site, basic("stranger"));
    expect(statuses(stranger)).toEqual([403]);
  }, 30_000);

  it("takes a token as password, of its scope", async () => {
    const token = await site.token("dora", "read");
    const done = await letInOf(tryEverything(site, { token }));
    expect(done.every((name) => READING.test(name))).toBe(true);
    expect(done.length).toBeGreaterThan(8);
  });

  it("sends credentials to no host they are not for", async () => {
    const elsewhere = { ...basic("admin"), hosts: ["192.0.2.1"] };
    expect(statuses(await tryEverything(site, elsewhere))).toEqual([401]);
    const here = { ...basic("admin"), hosts: ["127.0.0.1"] };
    expect(statuses(await tryEverything(site, here))).toEqual(["let in"]);
  });
});
