import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import * as net from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ConfigError, PortInUseError, packageRoot } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../errors";
import { planSite } from "./site-plan";
import { checkPortsFree, wantedPorts } from "./site-ports";

const siteFile = path.join(packageRoot(__dirname), "sites", "factory", "site.yaml");

describe("planSite", () => {
  it("runs everything of the factory, every board emulated at the address its driver knows", () => {
    const plan = planSite({ siteFile });
    expect(plan).toMatchObject({ scope: "site", runsServer: true, timeScale: 1 });
    expect([...plan.nodes]).toEqual(["fog-wifi", "fog-zigbee", "fog-ble", "fog-robot"]);
    expect(plan.boards).toEqual({
      "wifi-1": "127.0.0.1:18101",
      "wifi-2": "127.0.0.1:18102",
      "wifi-3": "127.0.0.1:18103",
      "zig-1": "0013A20040526301",
      "zig-2": "0013A20040526302",
      "zig-3": "0013A20040526303",
      "ble-1": "C4:C1:38:00:00:01",
    });
    expect(new Set(Object.values(plan.behindLines))).toEqual(new Set(["zigbee", "ble"]));
  });

  it("moves every port with the block, the emulated boards' too", () => {
    const plan = planSite({ siteFile, portBase: 30_000 });
    expect(plan.site.server.httpPort).toBe(30_000);
    expect(plan.site.broker.port).toBe(30_003);
    expect(plan.site.nodes[0]?.bindings.http.port).toBe(30_010);
    expect(plan.site.nodes[0]?.bindings.coap.port).toBe(30_011);
    expect(plan.boards["wifi-1"]).toBe("127.0.0.1:30021");
  });

  it("takes free ports for everything with port base 0", () => {
    const plan = planSite({ siteFile, portBase: 0 });
    expect(plan.isOnFreePorts).toBe(true);
    const parts = { server: true, nodes: plan.nodes, boards: plan.boards };
    expect(wantedPorts(plan.site, parts)).toEqual([]);
  });

  it("says how the secrets of a secured site are made, where they are not there", () => {
    const secured = path.join(packageRoot(__dirname), "sites", "secured", "site.yaml");
    const copy = path.join(mkdtempSync(path.join(tmpdir(), "fogwot-plan-")), "site.yaml");
    copyFileSync(secured, copy);
    expect(() => planSite({ siteFile: copy })).toThrow(/server\.crt.*fogwot keys/);
    rmSync(path.dirname(copy), { recursive: true });
  });

  it("refuses a block beyond the range of ports", () => {
    expect(() => planSite({ siteFile, portBase: 80 })).toThrow(ConfigError);
  });

  it("runs a fog node alone as on its own machine: no server, nothing emulated unless asked for", () => {
    const alone = planSite({ siteFile, only: "fog-wifi" });
    expect(alone).toMatchObject({ scope: "fog-wifi", runsServer: false, boards: {} });
    expect(alone.emulation).toBeUndefined();
    const emulated = planSite({ siteFile, only: "fog-wifi", emulate: true });
    expect(Object.keys(emulated.boards)).toHaveLength(3);
    expect(emulated.emulation?.lines).toEqual([]);
    const line = planSite({ siteFile, only: "fog-robot", emulate: true });
    expect(line.emulation?.lines.map(({ network }) => network)).toEqual(["rs232"]);
    expect(line.boards).toEqual({});
  });

  it("runs the server alone, with no board even if emulation is asked for", () => {
    const plan = planSite({ siteFile, only: "server", emulate: true });
    expect(plan.runsServer).toBe(true);
    expect(plan.nodes.size).toBe(0);
    expect(plan.boards).toEqual({});
  });

  it("names the parts there are when --only names none of them", () => {
    expect(() => planSite({ siteFile, only: "fog-lora" })).toThrow(UsageError);
    expect(() => planSite({ siteFile, only: "fog-lora" })).toThrow(
      /server .*fog-wifi, fog-zigbee, fog-ble, fog-robot/,
    );
  });

  it("replaces the policy, and then drops the parameters of the one before", () => {
    const parameters = { alpha: 0.3 };
    expect(planSite({ siteFile, policy: "P2", parameters }).site.mashup).toMatchObject({
      policy: "P2",
      parameters,
      m: 3,
    });
    expect(planSite({ siteFile, policy: "P0" }).site.mashup.parameters).toEqual({});
  });

  it("scales the links and everything else by one factor", () => {
    const plan = planSite({ siteFile, timeScale: 0.1 });
    expect(plan.timeScale).toBe(0.1);
    expect(plan.emulation?.timeScale).toBe(0.1);
  });
});

describe("checkPortsFree", () => {
  it("names the first port that is taken, and what wanted it", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    const wanted = { what: "MQTT broker", protocol: "tcp", host: "127.0.0.1", port } as const;
    await expect(checkPortsFree([wanted])).rejects.toThrow(PortInUseError);
    await expect(checkPortsFree([wanted])).rejects.toThrow(/MQTT broker: port \d+ .*--port-base 0/);
    await new Promise((resolve) => server.close(resolve));
    await expect(checkPortsFree([wanted])).resolves.toBeUndefined();
  });
});
