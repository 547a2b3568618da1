import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";

const DIST = path.resolve(__dirname, "../../../dist/src/drivers/ble");
const LIBRARIES = ["@abandonware/noble", "@stoprocent/noble"];

/** In a process of its own: noble chooses between a line and the kernel when it is loaded. */
const PROGRAM = `
  const { BleRadio } = require(${JSON.stringify(path.join(DIST, "radio.js"))});
  const { silentLogger, systemClock } = require("@fogwot/core/base");
  const countHooks = () => process.listenerCount("exit") + process.listenerCount("SIGINT");
  const before = countHooks();
  const events = {};
  for (const library of ${JSON.stringify(LIBRARIES)}) {
    events[library] = [];
    const radio = new BleRadio({
      settings: { library, baudRate: 1000000, adapter: 7 },
      clock: systemClock, log: silentLogger, count: () => {},
      onUp: () => events[library].push("up"),
      onDown: (error) => {
        events[library].push(error.code + " " + error.path);
        if (events[library].length === 3) void radio.stop();
      },
    });
    void radio.start();
  }
  process.on("beforeExit", () => {
    console.log(JSON.stringify({ events, hooks: countHooks() - before }));
  });
`;

describe("an adapter that is not there", () => {
  test("is a line that is down, tried again and again, and keeps no process alive", () => {
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", PROGRAM], {
      cwd: __dirname,
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(stderr).toBe("");
    // noble has its own word on it before ours.
    const said = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    const down = Array.from({ length: 3 }, () => "LINE_DOWN hci7");
    expect(said).toEqual({
      events: Object.fromEntries(LIBRARIES.map((library) => [library, down])),
      hooks: 0,
    });
  }, 40_000);
});
