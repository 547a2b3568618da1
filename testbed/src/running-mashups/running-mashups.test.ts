import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadSite, silentLogger, systemClock } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { isAlive } from "../files/process-table";
import type { RunInfo } from "../site-run/run-info";
import { until } from "../soak/site/until";
import { BoundedLog } from "./bounded-log";
import type { MashupStatus } from "./running-mashup";
import { RunningMashups } from "./running-mashups";

const SITE = path.join(__dirname, "../../sites/wifi/site.yaml");

let folder: string;
const started: RunningMashups[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-mashups-"));
});
afterEach(async () => {
  for (const mashups of started.splice(0)) await mashups.stopAll();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** As `up` has them, of a site whose nodes serve nothing. */
function create(): RunningMashups {
  const info = { token: "token-of-the-site", runId: "test", nodes: [], siteFile: SITE };
  const mashups = new RunningMashups({
    site: loadSite(SITE),
    siteFile: SITE,
    info: () => info as unknown as RunInfo,
    directory: folder,
    clock: systemClock,
    log: silentLogger,
  });
  started.push(mashups);
  return mashups;
}

function script(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

/** The one mash-up, once it is as wanted. */
function once(mashups: RunningMashups, isAsWanted: (status: MashupStatus) => boolean) {
  return until("the mash-up being as wanted", () => mashups.list().find(isAsWanted));
}

describe("mash-ups that run beside a site's server", () => {
  it("start a script that fails again, and keep what it printed", async () => {
    const mashups = create();
    const file = script(
      "fails.ts",
      "console.log('beginning', args[0]); throw new RangeError('no');",
    );
    await mashups.start({ script: file, args: ["now"] });
    const status = await once(mashups, ({ restarts }) => restarts >= 2);
    expect(status).toMatchObject({
      name: "fails",
      exitReason: expect.stringMatching(/RangeError: no/),
    });
    const { state, pid } = await mashups.stop("fails");
    expect([state, pid]).toEqual(["stopped", null]);
    const log = fs.readFileSync(status.logFile, "utf8");
    expect(log.match(/^beginning now$/gm)?.length).toBeGreaterThanOrEqual(2);
    expect(log).toMatch(/ended: .*RangeError: no/);
  });

  it("leave a script alone that has come to its end", async () => {
    const mashups = create();
    await mashups.start({ script: script("one.js", "console.log(1);"), name: "one" });
    expect(await once(mashups, ({ state }) => state === "ended")).toMatchObject({
      restarts: 0,
      exitReason: "done",
    });
    // Its name is free again.
    await mashups.start({ script: script("one.js", "console.log(2);"), name: "one" });
    await once(mashups, ({ state }) => state === "ended");
  });

  it("end with the site and are started again with it, unless they were stopped", async () => {
    const file = script("waits.js", "setInterval(() => console.log('tick'), 10);");
    const first = create();
    for (const name of ["kept", "stopped"]) await first.start({ script: file, name });
    await expect(first.start({ script: file, name: "kept" })).rejects.toThrow(/kept/);
    await first.stop("stopped");
    const { pid } = await once(first, ({ name }) => name === "kept");
    await first.stopAll();
    expect(isAlive(pid ?? -1)).toBe(false);
    const second = create();
    await second.startKept();
    expect(second.list()).toMatchObject([{ name: "kept", state: "running", script: file }]);
  });

  it("refuse a script that is not there, and one that has no absolute path", async () => {
    const mashups = create();
    await expect(mashups.start({ script: path.join(folder, "none.js") })).rejects.toThrow(/ENOENT/);
    await expect(mashups.start({ script: "none.js" })).rejects.toThrow(/absolute/);
    await expect(mashups.stop("none")).rejects.toThrow(/none/);
    expect(mashups.list()).toEqual([]);
  });
});

it("a bounded log never takes more than two files of its size", () => {
  const file = path.join(folder, "bounded.log");
  const log = new BoundedLog(file, 100);
  for (let n = 0; n < 50; n++) log.append(`line ${n}\n`);
  expect(fs.readdirSync(folder).sort()).toEqual(["bounded.log", "bounded.log.1"]);
  expect(fs.statSync(file).size).toBeLessThanOrEqual(100);
  expect(fs.readFileSync(file, "utf8")).toMatch(/line 49\n$/);
  new BoundedLog(file, 100).append("x".repeat(99));
  expect(fs.readFileSync(file, "utf8")).toBe("x".repeat(99));
});
