import path from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { ChildProcessError, RemoteError, WaitTimeoutError } from "../errors";
import { silentLogger } from "../log";
import { compiledEntry, packageRoot } from "../package-root";
import { deferred, systemClock } from "../time";
import { Supervisor } from "./supervisor";

interface Report {
  readonly word: string;
  readonly grandchildPid?: number;
}

const entry = compiledEntry(path.join(packageRoot(__dirname), "test/programs/echo.ts"));
const supervisors: Supervisor[] = [];

function supervisor(): Supervisor {
  const made = new Supervisor({
    clock: systemClock,
    log: silentLogger,
    backoff: { firstMs: 10, maxMs: 40 },
    stopLimitMs: 500,
  });
  supervisors.push(made);
  return made;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await systemClock.sleep(10);
  expect(condition()).toBe(true);
}

afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((one) => one.stop()));
});

describe("Supervisor", () => {
  it("hands the configuration to the child and its report back", async () => {
    const report = await supervisor().start<unknown, Report>({
      name: "echo",
      entry,
      config: { word: "hello" },
    });
    expect(report.word).toBe("hello");
  });

  it("passes on why a child refused to start, and leaves no child behind", async () => {
    const one = supervisor();
    const config = { word: "bad", failToStart: true };
    const failure = await one.start({ name: "echo", entry, config }).catch((error) => error);
    expect(failure).toBeInstanceOf(RemoteError);
    expect(failure).toMatchObject({ code: "INPUT", details: { path: "/word", got: "bad" } });
    expect(one.children()).toEqual([]);
  });

  it("goes on trying a child whose first start failed, where it is asked to", async () => {
    const started = deferred<Report>();
    const failures: unknown[] = [];
    let tries = 0;
    const one = supervisor();
    const failure = one.start<object, Report>({
      name: "echo",
      entry,
      config: () => ({ word: "x", failToStart: ++tries < 3 }),
      retriesFirstStart: true,
      onStartFailed: (error) => failures.push(error),
      onRestart: started.resolve,
    });
    await expect(failure).rejects.toMatchObject({ code: "INPUT" });
    expect((await started.promise).word).toBe("x");
    expect(failures).toEqual([expect.any(RemoteError), expect.any(RemoteError)]);
    expect(one.children()).toEqual([expect.objectContaining({ state: "running", restarts: 2 })]);
  });

  it("answers requests, and types refusal, silence and death apart", async () => {
    const one = supervisor();
    await one.start({ name: "echo", entry, config: { word: "x" }, restart: false });
    expect(await one.request("echo", "hi", 5_000)).toEqual({ heard: "hi", isStopping: false });
    await expect(one.request("echo", "refuse", 5_000)).rejects.toMatchObject({ code: "INPUT" });
    await expect(one.request("echo", "hang", 50)).rejects.toBeInstanceOf(WaitTimeoutError);
    await expect(one.request("echo", "exit", 5_000)).rejects.toBeInstanceOf(ChildProcessError);
  });

  it("hears what a child says on its own", async () => {
    const said = deferred<unknown>();
    const one = supervisor();
    await one.start({ name: "echo", entry, config: { word: "x" }, onMessage: said.resolve });
    await one.request("echo", "shout", 5_000);
    expect(await said.promise).toBe("SHOUTED");
  });

  it("starts a child that died again, with a configuration made from its last report", async () => {
    const restarted = deferred<Report>();
    const one = supervisor();
    await one.start<{ word: string }, Report>({
      name: "echo",
      entry,
      config: (previous) => ({ word: previous ? `${previous.word} again` : "first" }),
      onRestart: restarted.resolve,
    });
    await expect(one.request("echo", "exit", 5_000)).rejects.toBeInstanceOf(ChildProcessError);
    expect((await restarted.promise).word).toBe("first again");
    expect(one.children()).toEqual([expect.objectContaining({ state: "running", restarts: 1 })]);
  });

  it("leaves no grandchild when a child is killed", async () => {
    const one = supervisor();
    const report = await one.start<unknown, Report>({
      name: "echo",
      entry,
      config: { word: "x", grandchild: true },
      restart: false,
    });
    const pid = one.children()[0]?.pid as number;
    expect(isAlive(report.grandchildPid as number)).toBe(true);
    process.kill(pid, "SIGKILL");
    await until(() => !isAlive(report.grandchildPid as number));
  });

  it("ends a child that does not stop by itself", async () => {
    const one = supervisor();
    await one.start({ name: "echo", entry, config: { word: "x", ignoreStop: true } });
    const pid = one.children()[0]?.pid as number;
    await one.stop();
    expect(isAlive(pid)).toBe(false);
    expect(one.children()).toEqual([]);
  });
});
