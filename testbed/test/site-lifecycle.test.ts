import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { checkPortsFree } from "../src/site-run/site-ports";
import { FACTORY, lastJson, type Started, until, WIFI, Workbench } from "./support/fogwot";

jest.setTimeout(180_000);

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.close());

interface Summary {
  readonly site: string;
  readonly deviceThings: number;
  readonly networkThings: number;
  readonly nodeThings: number;
  readonly answered: Readonly<Record<"http" | "coap" | "mqtt", number>>;
  readonly policy: string;
  readonly emulatedDevices: number;
  readonly slots: number;
  readonly requests: number;
  readonly pdr: number | null;
  readonly leftover: readonly string[];
}

async function siteUp(...args: string[]): Promise<Started> {
  const up = bench.start("up", WIFI, "--port-base", "0", ...args);
  await up.says("site wifi is up");
  return up;
}

/** What is alive and what lies about, once everything had time to end. */
async function expectNothingLeft(): Promise<void> {
  await until(() => bench.living().length === 0, "every process ended");
  expect(bench.leftFiles()).toEqual([]);
}

describe("fogwot up", () => {
  it("senses the factory for its time, ends by itself and leaves nothing", async () => {
    const finished = await bench.run("up", FACTORY, "--port-base", "0", "--for", "5s", "--json");
    expect(finished.stderr).toBe("");
    expect(finished.code).toBe(0);
    const [announcement, last] = finished.stdout.trimEnd().split("\n");
    expect(announcement).toBe("site factory is up");
    const summary = JSON.parse(last ?? "") as Summary;
    expect(summary).toMatchObject({
      site: "factory",
      deviceThings: 8,
      networkThings: 4,
      nodeThings: 4,
      answered: { http: 16, coap: 16, mqtt: 16 },
      policy: "P1",
      emulatedDevices: 8,
      leftover: [],
    });
    expect(summary.slots).toBeGreaterThan(0);
    expect(summary.requests).toBeGreaterThan(0);
    await expectNothingLeft();
  });

  it("ends on SIGTERM and on SIGINT with exit code 0, and leaves nothing", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const up = await siteUp("--json");
      up.child.kill(signal);
      const finished = await up.finished;
      expect([signal, finished.code, lastJson<Summary>(finished).leftover]).toEqual([
        signal,
        0,
        [],
      ]);
      await expectNothingLeft();
    }
  });

  it("leaves nothing when it is interrupted while it starts", async () => {
    const up = bench.start("up", FACTORY, "--port-base", "0", "--json");
    await until(() => bench.living().length > 1, "a first child runs");
    up.child.kill("SIGTERM");
    const { code } = await up.finished;
    expect(code).toBe(0);
    await expectNothingLeft();
  });

  it("killed by kill -9 takes every process with it, and the next start cleans up", async () => {
    const up = bench.start("up", FACTORY, "--port-base", "0");
    await up.says("site factory is up");
    expect(bench.living().length).toBeGreaterThan(20);
    process.kill(up.pid, "SIGKILL");
    await until(() => bench.living().length === 0, "every process ended");
    const status = await bench.run("status", FACTORY);
    expect(status.code).toBe(1);
    expect(status.stderr).toContain("no site runs");
    const again = await bench.run("up", FACTORY, "--port-base", "0", "--for", "1s", "--json");
    expect(again.code).toBe(0);
    await expectNothingLeft();
  });

  it("refuses a second start of the same site and names the first", async () => {
    const up = await siteUp();
    const second = await bench.run("up", WIFI, "--port-base", "0");
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`already up (process ${up.pid})`);
    const { ended, leftover } = await bench.json<{ ended: object[]; leftover: string[] }>(
      "down",
      WIFI,
    );
    expect(ended).toEqual([{ scope: "site", pid: up.pid }]);
    expect(leftover).toEqual([]);
    expect((await up.finished).code).toBe(0);
    await expectNothingLeft();
  });

  it("starts any part that dies again, and counts it", async () => {
    const up = await siteUp();
    interface Status {
      processes: { name: string; pid: number; restarts: number; state: string }[];
    }
    const { processes } = await bench.json<Status>("status", WIFI);
    const names = processes.map(({ name }) => name).sort();
    expect(names).toEqual(["emulation", "fog-wifi", "server", "up"]);
    for (const { name, pid } of processes) if (name !== "up") process.kill(pid, "SIGKILL");
    await until(async () => {
      const now = await bench.run("status", WIFI, "--json");
      if (now.code !== 0) return false;
      const children = lastJson<Status>(now).processes.filter(({ name }) => name !== "up");
      return children.every(({ state, restarts }) => state === "running" && restarts === 1);
    }, "every part is back");
    // The same ports as before: who held a Thing Description can go on with it.
    const read = await bench.run("things", WIFI);
    expect(read.code).toBe(0);
    up.child.kill("SIGTERM");
    expect((await up.finished).code).toBe(0);
    await expectNothingLeft();
  });

  it("runs server and fog node apart, as on two machines, and joins them for the other commands", async () => {
    // Not port 0: a node finds its server by the site file's ports alone.
    const base = await freeBlock();
    const folder = path.join(bench.folder, "apart");
    await bench.run("new", "site", folder, "--port-base", String(base));
    const server = bench.start("up", folder, "--only", "server");
    await server.says("site apart is up");
    const node = bench.start("up", folder, "--only", "fog-wifi", "--emulate");
    await node.says("site apart is up");
    interface Status {
      things: object[];
      sensing: { slots: number } | null;
    }
    await until(async () => {
      const status = await bench.json<Status>("status", folder);
      return status.things.length === 5 && (status.sensing?.slots ?? 0) > 0;
    }, "the server senses the node's Things");
    expect((await bench.run("link", "cut", "wifi-2", "--site", folder)).code).toBe(0);
    const { ended } = await bench.json<{ ended: object[] }>("down", folder);
    expect(ended).toHaveLength(2);
    expect((await Promise.all([server.finished, node.finished])).map(({ code }) => code)).toEqual([
      0, 0,
    ]);
    await expectNothingLeft();
  });

  it("answers a fault that only a child can find with exit code 2, and leaves nothing", async () => {
    const folder = path.join(bench.folder, "faulty");
    await bench.run("new", "site", folder);
    const siteFile = path.join(folder, "site.yaml");
    const text = fs.readFileSync(siteFile, "utf8");
    const faults = {
      "driver: wifi": ["driver: zigbeee", /driver: got "zigbeee", wanted one of .*wifi, zigbee/],
      "policy: P1": ["policy: P9", /there are .*P0, P1, P2, P3/],
    } as const;
    for (const [right, [wrong, told]] of Object.entries(faults)) {
      fs.writeFileSync(siteFile, text.replace(right, wrong));
      const { code, stderr } = await bench.run("up", folder, "--port-base", "0");
      expect([wrong, code]).toEqual([wrong, 2]);
      expect(stderr).toMatch(told);
      await expectNothingLeft();
    }
  });

  it("keeps the run file and the token to its owner", async () => {
    const up = await siteUp();
    const state = path.join(bench.folder, "state");
    const [site] = fs.readdirSync(state);
    for (const name of ["run.json", "token"]) {
      const { mode } = fs.statSync(path.join(state, site ?? "", name));
      expect([name, mode & 0o777]).toEqual([name, 0o600]);
    }
    up.child.kill("SIGTERM");
    await up.finished;
    expect(fs.readdirSync(path.join(state, site ?? ""))).not.toContain("run.json");
  });
});

/** A block of ports that nobody holds now; away from the ports the system gives out by itself. */
async function freeBlock(): Promise<number> {
  for (
    let base = 20_000 + (process.pid % 100) * 100;
    ;
    base = base >= 31_900 ? 20_000 : base + 100
  ) {
    const ports = [0, 3, 10, 11, 20, 21, 22].flatMap((offset) =>
      (["tcp", "udp"] as const).map((protocol) => ({
        what: "test",
        protocol,
        host: "127.0.0.1",
        port: base + offset,
      })),
    );
    const isFree = await checkPortsFree(ports).then(
      () => true,
      () => false,
    );
    if (isFree) return base;
  }
}
