import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { claimRunFile, dropRunFile, livingRuns, ownProcess, runFile, WHOLE_SITE } from "./run-file";
import type { RunInfo } from "./run-info";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function info(changes: Partial<RunInfo> = {}): RunInfo {
  return {
    version: 1,
    state: "up",
    scope: WHOLE_SITE,
    site: "factory",
    siteFile: "/site.yaml",
    ...ownProcess(),
    startedAtMs: 0,
    runId: "id",
    token: "secret",
    runDirectory: path.join(folder, "sockets"),
    logDirectory: folder,
    timeScale: 1,
    nodes: [],
    emulated: {},
    lines: {},
    ...changes,
  };
}

describe("run file", () => {
  it("is the owner's alone to read", async () => {
    expect(await claimRunFile(folder, info())).toBeUndefined();
    expect(fs.statSync(runFile(folder, WHOLE_SITE)).mode & 0o777).toBe(0o600);
    dropRunFile(folder, WHOLE_SITE);
    expect(livingRuns(folder)).toEqual([]);
  });

  it("lets a site run once; the whole and a part of it exclude each other, two parts do not", async () => {
    await claimRunFile(folder, info({ scope: "server" }));
    expect(await claimRunFile(folder, info({ scope: "fog-wifi" }))).toBeUndefined();
    expect((await claimRunFile(folder, info({ scope: "server" })))?.scope).toBe("server");
    expect(await claimRunFile(folder, info())).toBeDefined();
    expect(
      livingRuns(folder)
        .map((run) => run.scope)
        .sort(),
    ).toEqual(["fog-wifi", "server"]);
  });

  it("of a dead process counts for nothing, and its socket folder is cleaned up", async () => {
    const { pid } = spawnSync("true");
    fs.mkdirSync(path.join(folder, "sockets"));
    await claimRunFile(folder, info({ pid, startTicks: "1" }));
    expect(livingRuns(folder)).toEqual([]);
    expect(fs.existsSync(path.join(folder, "sockets"))).toBe(false);
    expect(await claimRunFile(folder, info())).toBeUndefined();
  });

  it("of another process with the same pid counts for nothing", async () => {
    await claimRunFile(folder, info({ startTicks: "1" }));
    expect(livingRuns(folder)).toEqual([]);
  });

  it("cut off in the middle counts for nothing", async () => {
    fs.writeFileSync(runFile(folder, WHOLE_SITE), '{"pid":');
    expect(livingRuns(folder)).toEqual([]);
    expect(await claimRunFile(folder, info())).toBeUndefined();
  });
});
