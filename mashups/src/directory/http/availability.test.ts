import { VirtualClock } from "@fogwot/core";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { DirectoryApp } from "../test/directory-app";
import { sampleTd } from "../test/sample-td";

const heard = "2026-01-01T00:00:30.000Z";
let app: DirectoryApp;
let clock: VirtualClock;

beforeAll(async () => {
  clock = new VirtualClock();
  app = await DirectoryApp.start({ clock, directory: { clock } });
  const device = { ttl: 90, "fog:availability": "online", "fog:lastSeen": heard };
  await app.put("urn:device", sampleTd("urn:device", { registration: device }));
  const never = { ttl: 90, "fog:availability": "offline" };
  await app.put("urn:never", sampleTd("urn:never", { registration: never }));
  await app.put("urn:renewing", sampleTd("urn:renewing", { registration: { ttl: 90 } }));
  await app.put("urn:silent", sampleTd("urn:silent"));
});
afterAll(() => app.stop());

const stateOf = async (id: string) => {
  const { registration } = (await app.get(`/things/${id}`)).json<{
    registration: Record<string, unknown>;
  }>();
  return [registration["fog:availability"], registration["fog:lastSeen"]];
};
const found = async (query: string) =>
  (await app.get(`/search/semantic?${query}`)).json<{ id: string }[]>().map(({ id }) => id);

it("is what the registering side says, and what its silence says where it says nothing", async () => {
  const { modified } = (await app.get("/things/urn:silent")).json<{
    registration: { modified: string };
  }>().registration;
  expect(await stateOf("urn:device")).toEqual(["online", heard]);
  expect(await stateOf("urn:never")).toEqual(["offline", undefined]);
  expect(await stateOf("urn:renewing")).toEqual(["online", modified]);
  expect(await stateOf("urn:silent")).toEqual(["unknown", modified]);
});

it("is searched for, together with what a Thing means", async () => {
  expect(await found("availability=offline")).toEqual(["urn:never"]);
  expect(await found("availability=online&type=fog:Device")).toEqual([
    "urn:device",
    "urn:renewing",
  ]);
  expect(await found(`seenSince=${heard}`)).toContain("urn:device");
  expect(await found("seenSince=2100-01-01T00:00:00Z")).toEqual([]);
  expect((await app.get("/search/semantic?availability=asleep")).status).toBe(400);
  expect((await app.get("/search/semantic?seenSince=yesterday")).status).toBe(400);
});

it("is changed by a patch that leaves the description alone, and refused where it is none", async () => {
  const patched = await app.patch("urn:device", {
    registration: { "fog:availability": "degraded" },
  });
  expect(patched.status).toBe(204);
  expect(await stateOf("urn:device")).toEqual(["degraded", heard]);
  expect((await app.patch("urn:device", {})).status).toBe(204);
  expect(await stateOf("urn:device")).toEqual(["degraded", heard]);
  const refused = await app.patch("urn:device", { registration: { "fog:availability": 1 } });
  expect(refused.json()).toMatchObject({
    status: 400,
    validationErrors: [{ field: "/registration/fog:availability" }],
  });
});
