import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { systemClock, WaitTimeoutError } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createExclusively, withFileLock } from "./file-lock";
import { isAlive, startTicks } from "./process-table";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("withFileLock", () => {
  it("lets one in at a time and leaves no file", async () => {
    const lock = path.join(folder, "lock");
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside++;
      most = Math.max(most, inside);
      await systemClock.sleep(1);
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withFileLock(lock, 10_000, work)));
    expect(most).toBe(1);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("takes the lock of an owner that died", async () => {
    const lock = path.join(folder, "lock");
    // Our own pid, but started at another time: a later process with the same number.
    fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, startTicks: "1" }));
    expect(await withFileLock(lock, 1_000, async () => "in")).toBe("in");
  });

  it("gives up after its time, and leaves a living owner's lock alone", async () => {
    const lock = path.join(folder, "lock");
    const owner = JSON.stringify({ pid: process.pid, startTicks: startTicks(process.pid) });
    fs.writeFileSync(lock, owner);
    await expect(withFileLock(lock, 10, async () => "in")).rejects.toBeInstanceOf(WaitTimeoutError);
    expect(fs.readFileSync(lock, "utf8")).toBe(owner);
  });
});

describe("createExclusively", () => {
  it("creates once, readable by the owner only", () => {
    const file = path.join(folder, "token");
    expect(createExclusively(file, "first")).toBe(true);
    expect(createExclusively(file, "second")).toBe(false);
    expect(fs.readFileSync(file, "utf8")).toBe("first");
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });
});

describe("process table", () => {
  it("tells a living process from one that had its pid before", () => {
    expect(isAlive(process.pid, startTicks(process.pid))).toBe(true);
    expect(isAlive(process.pid, "1")).toBe(false);
    expect(startTicks(2 ** 22 + 1)).toBeNull();
  });
});
