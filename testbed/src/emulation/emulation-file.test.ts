import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigError, loadSite, packageRoot } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { boardsBehindLines, findEmulationFile, loadEmulation } from "./emulation-file";
import { listLineEmulators } from "./line-emulator";

const factory = path.join(packageRoot(__dirname), "sites", "factory", "site.yaml");
const zigbee = path.join(packageRoot(__dirname), "sites", "zigbee", "site.yaml");
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function fault(text: string): ConfigError {
  const file = path.join(folder, "emulation.yaml");
  fs.writeFileSync(file, text);
  try {
    loadEmulation(file, loadSite(factory));
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  return new ConfigError(file, []);
}

describe("emulation file", () => {
  it("of the factory emulates every sensor and line, with the board links of the paper's model", () => {
    const site = loadSite(factory);
    const file = findEmulationFile(factory) ?? "";
    const { boards, lines, timeScale } = loadEmulation(file, site);
    expect(boards.map((board) => board.device)).toEqual([
      ...["wifi-1", "wifi-2", "wifi-3", "zig-1", "zig-2", "zig-3", "ble-1"],
    ]);
    expect(lines.map(({ network, emulator }) => [network, emulator])).toEqual([
      ["zigbee", "xbee"],
      ["ble", "hci"],
      ["rs232", "robot"],
    ]);
    expect(boards.map(({ link }) => [link.baseMs, link.jitter, link.filterLoss])).toEqual([
      [23, { medianMs: 13.3, sigma: 0.5 }, 0.7],
      [23, { medianMs: 16.2, sigma: 0.6 }, 0.7],
      [45, { medianMs: 16.2, sigma: 0.6 }, 0.7],
      [107, { medianMs: 22, sigma: 0.4 }, 0],
      [109, { medianMs: 22, sigma: 0.4 }, 0],
      [111, { medianMs: 22, sigma: 0.4 }, 0],
      [73, { medianMs: 22, sigma: 0.6 }, 0],
    ]);
    expect(timeScale).toBe(1);
  });

  it("may leave everything but the device out", () => {
    const file = path.join(folder, "emulation.yaml");
    fs.writeFileSync(file, "boards: [{ device: wifi-1 }]");
    const [board] = loadEmulation(file, loadSite(factory)).boards;
    expect(board).toMatchObject({ port: "posix", firmware: "climate-dht11", silent: false });
    expect(board?.link).toMatchObject({ baseMs: 0, filterLoss: 0, cut: false });
  });

  it("says path, got and wanted of a device that the site has not, or that is named twice", () => {
    expect(fault("boards: [{ device: wifi-9 }]").mismatches).toEqual([
      { path: "/boards/0/device", got: "wifi-9", wanted: "a device of site factory" },
    ]);
    expect(fault("boards: [{ device: wifi-1 }, { device: wifi-1 }]").mismatches).toEqual([
      { path: "/boards/1/device", got: "wifi-1", wanted: "each device once" },
    ]);
  });

  it("puts the boards of a network with a line behind it, those the site file does not name too", () => {
    const site = loadSite(zigbee);
    const file = path.join(folder, "emulation.yaml");
    fs.writeFileSync(
      file,
      `lines: [{ network: zigbee, emulator: xbee }]
boards: [{ device: zig-1 }, { device: zig-4, network: zigbee, address: "0013A20040526304" }]`,
    );
    const emulation = loadEmulation(file, site);
    expect(emulation.lines[0]?.settings).toMatchObject({ apiMode: 1, baudRate: 9_600 });
    expect([...boardsBehindLines(site, emulation)]).toEqual([
      ["zig-1", "zigbee"],
      ["zig-4", "zigbee"],
    ]);
  });

  it("refuses a line of no network, of no emulator, or with settings it does not have", () => {
    const line = (text: string) => fault(`lines: [{ ${text} }]\nboards: []`).mismatches[0];
    expect(line("network: lora, emulator: xbee")).toMatchObject({ path: "/lines/0/network" });
    expect(line("network: wifi, emulator: toaster")).toEqual({
      path: "/lines/0/emulator",
      got: "toaster",
      wanted: listLineEmulators().join(", "),
    });
    expect(line("network: wifi, emulator: xbee, settings: { speed: 3 }")).toMatchObject({
      path: "/speed",
    });
    const stranger = "boards: [{ device: x, network: wifi, address: a }]";
    expect(fault(stranger).mismatches[0]).toMatchObject({ path: "/boards/0/network" });
  });

  it("refuses unknown keys and impossible probabilities", () => {
    expect(fault("boards: []\nspeed: 3").mismatches[0]).toMatchObject({ path: "/speed", got: 3 });
    const period = fault("boards: [{ device: wifi-1, readingPeriodMs: 100 }]");
    expect(period.mismatches[0]).toMatchObject({ path: "/boards/0/readingPeriodMs", got: 100 });
    const loss = fault("boards: [{ device: wifi-1, link: { filterLoss: 70 } }]");
    expect(loss.mismatches[0]).toMatchObject({ path: "/boards/0/link/filterLoss", got: 70 });
  });
});
