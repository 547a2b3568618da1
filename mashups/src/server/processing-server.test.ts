import net, { type AddressInfo } from "node:net";
import { ConfigError, InsecureBindError, PortInUseError } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { PolicyNotFoundError } from "../policies";
import { openDuckDbStore, StoreLockedError } from "../store";
import { sampleSite } from "./test/sample-site";
import { createHarness, eventually, type ServerHarness } from "./test/server-harness";

jest.setTimeout(60_000);

let harness: ServerHarness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.dispose());

describe("starting", () => {
  it("fails with PortInUseError on a taken port, and leaves nothing running", async () => {
    const blocker = net.createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const { port } = blocker.address() as AddressInfo;
    await expect(harness.start({ ports: { http: port, mqtt: 0 } })).rejects.toBeInstanceOf(
      PortInUseError,
    );
    expect(harness.things.stopped).toBe(true);
    // The store has been let go.
    await (await openDuckDbStore({ file: harness.storeFile })).close();
    await new Promise((resolve) => blocker.close(resolve));
  });

  it("refuses to be reached from other machines unless the site says insecure", async () => {
    const site = sampleSite();
    const server = { ...site.server, host: "0.0.0.0" };
    await expect(harness.start({ site: { ...site, server } })).rejects.toBeInstanceOf(
      InsecureBindError,
    );
  });

  it.each([
    ["a token that is none", { token: "" }, ConfigError],
    ["an unknown policy", { site: sampleSite({ policy: "P77" }) }, PolicyNotFoundError],
    ["wrong parameters", { site: sampleSite({ parameters: { alpha: -1 } }) }, ConfigError],
    ["a state folder that is a file", { stateDirectory: __filename }, ConfigError],
  ])("fails on %s, typed", async (_what, overrides, type) => {
    await expect(harness.start(overrides)).rejects.toBeInstanceOf(type);
  });

  it("fails with StoreLockedError when a server of this state folder runs already", async () => {
    await harness.start();
    await expect(harness.start()).rejects.toBeInstanceOf(StoreLockedError);
  });
});

it("brings directory, rows and runs over a restart, under a new run", async () => {
  const first = await harness.start();
  await first.register("wifi-1");
  await eventually(async () => (await first.status()).slots >= 3);
  const before = await first.status();
  await first.server.stop();
  const second = await harness.start();
  await eventually(async () => (await second.status()).slots >= 2);
  const { runs } = (await second.send({ url: "/api/runs" })).json<{ runs: { run: string }[] }>();
  expect(runs.map(({ run }) => run)).toEqual([before.run, (await second.status()).run]);
  expect((await second.get("/things")).json<{ id: string }[]>()).toMatchObject([
    { id: "urn:fogwot:factory:wifi-1" },
  ]);
});

it("never counts the slots of two starts into one run, even when the run is named", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { server, register, status } = await harness.start({ run: "mine" });
    await register("wifi-1");
    await eventually(async () => (await status()).slots >= 2);
    ids.push((await status()).run);
    await server.stop();
  }
  expect(ids).toEqual(["mine", "mine-2", "mine-3"]);
});

it("stops with every row stored, closes its port, and may be stopped twice", async () => {
  const { server, register, status } = await harness.start();
  await register("wifi-1");
  await eventually(async () => (await status()).slots >= 5);
  const { slots } = await status();
  await Promise.all([server.stop(), server.stop()]);
  await expect(status()).rejects.toThrow();
  expect(harness.things.stopped).toBe(true);
  const store = await openDuckDbStore({ file: harness.storeFile });
  expect(store.counters().rows).toBeGreaterThanOrEqual(slots);
  await store.close();
});
