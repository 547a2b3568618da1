import { type SiteNetwork, type Supervisor, silentLogger, systemClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Publisher } from "zeromq";
import { driverEndpoints } from "../ipc";
import { encodeBody } from "../ipc/envelope";
import { DriverServer } from "../ipc/server";
import { FakeDriver } from "../testing/fake-driver";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder";
import { until } from "../testing/until";
import { Network } from "./network";

const NETWORK: SiteNetwork = {
  name: "wifi",
  wsn: "wifi",
  driver: "fake",
  settings: {},
  devices: ["a", "b"].map((id) => ({ id, type: "climate-dht11", address: "127.0.0.1:9" })),
};

/** Starts nothing: the driver's end of the IPC is in this process. */
const NOBODY = {
  start: async () => ({ wsn: "wifi" }),
  children: () => [],
} as unknown as Supervisor;

describe("a sensor network of a fog node", () => {
  let folder: TemporaryFolder;
  let network: Network;
  let server: DriverServer;

  beforeEach(async () => {
    folder = temporaryFolder();
    server = serve();
    await server.start();
    network = new Network({
      network: NETWORK,
      node: "n",
      addresses: {},
      runDirectory: folder.path,
      seed: 1,
      timeScale: 1,
      supervisor: NOBODY,
      clock: systemClock,
      log: silentLogger,
      onState: () => undefined,
      onJoined: () => undefined,
      onLeft: () => undefined,
    });
    await network.start();
  });
  afterEach(async () => {
    network.stop();
    server.stop();
    await folder[Symbol.asyncDispose]();
  });

  function serve(): DriverServer {
    const endpoints = driverEndpoints(folder.path, "n-wifi");
    const driver = new FakeDriver();
    return new DriverServer({ driver, endpoints, clock: systemClock, log: silentLogger });
  }

  it("calls no device online that it cannot ask, whatever is still said of it", async () => {
    const status = (): string => network.record("a").status;
    await until(() => status() === "online");
    server.stop();
    await until(() => status() === "offline");

    // A driver that speaks before it can be asked, as one does for a moment when it starts.
    const early = new Publisher({ linger: 0 });
    await early.bind(driverEndpoints(folder.path, "n-wifi").data);
    const value = { kind: "status", device: "a", status: "online", lastSeenMs: 1 } as const;
    const { counters } = network.client.subscription;
    const heard = counters.received;
    let sequence = 0;
    await until(async () => {
      sequence++;
      await early.send(["device/a", encodeBody({ sequence, timestampMs: 1, value })]);
      return counters.received > heard;
    });
    expect(network.client.isConnected).toBe(false);
    expect(status()).toBe("offline");

    early.close();
    server = serve();
    await server.start();
    await until(() => status() === "online");
    expect(network.client.isConnected).toBe(true);
  });
});
