import * as dgram from "node:dgram";
import * as fs from "node:fs";
import * as net from "node:net";
import {
  type BindingName,
  InteractionError,
  pinBinding,
  type RunningServient,
  startServient,
} from "@fogwot/core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { descendantsOf, residentBytes } from "../src/files/process-table";
import type { ConsumedThing, ThingDescription } from "../src/things/wot-types";
import { describeThing } from "./support/device";
import { FACTORY, type Started, until, Workbench } from "./support/fogwot";

jest.setTimeout(180_000);

interface Status {
  readonly processes: readonly {
    readonly name: string;
    readonly pid: number;
    readonly restarts: number;
  }[];
  readonly sensing: { readonly slots: number } | null;
  readonly emulated: readonly string[];
}

let bench: Workbench;
let up: Started;
let client: RunningServient;
let td: ThingDescription;

beforeAll(async () => {
  bench = new Workbench();
  up = bench.start("up", FACTORY, "--port-base", "0", "--time-scale", "0.5");
  await up.says("site factory is up");
  for (const device of ["wifi-1", "wifi-2", "wifi-3"]) {
    await bench.run("link", "set", device, "--loss", "0", "--delay", "0", "--jitter", "off");
  }
  client = await startServient({ name: "faults", requestTimeoutMs: 5_000 });
  td = (await describeThing(bench, "wifi-1")) as unknown as ThingDescription;
});
afterAll(async () => {
  await client?.stop();
  up.child.kill("SIGTERM");
  await up.finished;
  await bench.close();
});
// Each fault starts from a site in which the device answers over every binding.
beforeEach(async () => {
  for (const binding of ["http", "coap", "mqtt"] as const) {
    await until(() => answers(binding), `wifi-1 answers over ${binding}`);
  }
});

function consume(binding: BindingName): Promise<ConsumedThing> {
  return client.wot.consume(pinBinding(td, binding));
}

async function getData(binding: BindingName, timeoutMs = 1_000): Promise<unknown> {
  const thing = await consume(binding);
  return (await thing.invokeAction("getData", { timeoutMs }))?.value();
}

async function answers(binding: BindingName): Promise<boolean> {
  return getData(binding).then(
    () => true,
    () => false,
  );
}

async function readStatus(binding: BindingName): Promise<unknown> {
  return (await (await consume(binding)).readProperty("status")).value();
}

async function siteStatus(): Promise<Status> {
  return bench.json<Status>("status", FACTORY);
}

async function processOf(name: string) {
  const found = (await siteStatus()).processes.find((one) => one.name === name);
  if (!found) throw new Error(`no process ${name}`);
  return found;
}

function driverPid(fogPid: number): number {
  const driver = descendantsOf(fogPid).find(({ command }) => command.includes("/drivers/"));
  return driver?.pid ?? -1;
}

function problemOf(error: unknown): string | undefined {
  return error instanceof InteractionError ? error.problem?.code : undefined;
}

describe("when something dies", () => {
  it("a killed driver makes its Things offline and requests fail at once, and comes back; the Servient stays", async () => {
    const fog = await processOf("fog-wifi");
    // Killed again and again until a request has met the gap: a restart takes a moment only.
    let failure: unknown;
    await until(async () => {
      const pid = driverPid(fog.pid);
      if (pid > 0) process.kill(pid, "SIGKILL");
      failure = await getData("http").then(
        () => undefined,
        (error: unknown) => error,
      );
      return failure !== undefined && (await readStatus("http")) === "offline";
    }, "a request meets the gap");
    expect(["DRIVER_UNAVAILABLE", "DEVICE_TIMEOUT"]).toContain(problemOf(failure));
    await until(() => answers("http"), "the device answers again");
    await until(async () => (await readStatus("http")) === "online", "its Thing says so");
    expect(await processOf("fog-wifi")).toMatchObject({ pid: fog.pid, restarts: fog.restarts });
  });

  it("a killed fog node costs slots their answers, not the mash-up its life", async () => {
    const fog = await processOf("fog-wifi");
    const server = await processOf("server");
    const from = (await siteStatus()).sensing?.slots ?? 0;
    process.kill(fog.pid, "SIGKILL");
    await until(async () => (await processOf("fog-wifi")).restarts > fog.restarts, "it is back");
    for (const binding of ["http", "coap", "mqtt"] as const) {
      // The Thing Description from before the fault still holds: the ports are the same.
      await until(() => answers(binding), `it answers over ${binding}`);
    }
    await until(async () => ((await siteStatus()).sensing?.slots ?? 0) > from + 2, "slots go on");
    expect((await processOf("server")).pid).toBe(server.pid);
  });

  it("a killed broker touches neither HTTP nor CoAP, and MQTT comes back by itself", async () => {
    const server = await processOf("server");
    const fog = await processOf("fog-wifi");
    process.kill(server.pid, "SIGKILL");
    expect(await answers("http")).toBe(true);
    expect(await answers("coap")).toBe(true);
    await until(() => answers("mqtt"), "it answers over MQTT");
    await until(async () => ((await siteStatus()).sensing?.slots ?? 0) > 0, "sensing goes on");
    expect((await processOf("fog-wifi")).pid).toBe(fog.pid);
  });

  it("a silent board is a time-out within its time, then offline, and online when it speaks", async () => {
    await bench.run("link", "cut", "wifi-1");
    const startMs = performance.now();
    const failure = await getData("coap", 300).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(problemOf(failure)).toBe("DEVICE_TIMEOUT");
    expect(performance.now() - startMs).toBeLessThan(5_000);
    await until(async () => (await readStatus("coap")) === "offline", "its Thing says offline");
    await bench.run("link", "restore", "wifi-1");
    await bench.run("link", "set", "wifi-1", "--loss", "0", "--delay", "0", "--jitter", "off");
    await until(async () => (await readStatus("coap")) === "online", "its Thing says online");
  });

  it("a board that dies is started again", async () => {
    const emulation = await processOf("emulation");
    const boards = descendantsOf(emulation.pid);
    expect(boards).toHaveLength(3);
    for (const { pid } of boards) process.kill(pid, "SIGKILL");
    await until(() => answers("http"), "the device answers again");
    const fresh = descendantsOf(emulation.pid).map(({ pid }) => pid);
    expect(fresh.some((pid) => boards.some((board) => board.pid === pid))).toBe(false);
  });
});

/** Malformed input of the short form; `fogwot soak malformed` sends ten times as much and more. */
const DATAGRAMS = 10_000;
const PAYLOADS = 1_000;

describe("malformed input", () => {
  it("in floods of datagrams at the board's address changes nothing", async () => {
    const { links } = await bench.json<{ links: object[] }>("link", "list");
    expect(links).toHaveLength(3);
    const fog = await processOf("fog-wifi");
    const address = emulatedAddress();
    const before = driverPid(fog.pid);
    await flood(address.port, DATAGRAMS);
    await until(() => answers("http"), "the device still answers");
    expect(driverPid(fog.pid)).toBe(before);
  });

  it("over HTTP, CoAP and MQTT is answered or dropped, and the node does not grow", async () => {
    const fog = await processOf("fog-wifi");
    const hrefs = (td.actions?.getData?.forms ?? []).map((form) => new URL(form.href));
    const http = hrefs.find(({ protocol }) => protocol === "http:") as URL;
    const coap = hrefs.find(({ protocol }) => protocol === "coap:") as URL;
    const send = async (): Promise<void> => {
      for (let i = 0; i < PAYLOADS; i += 50) {
        const statuses = await Promise.all(Array.from({ length: 50 }, () => postNonsense(http)));
        expect(statuses.every((status) => status >= 400 && status < 500)).toBe(true);
      }
      await flood(Number(coap.port), PAYLOADS);
    };
    await send();
    await until(() => answers("coap"), "the warm-up is digested");
    const warmBytes = residentBytes(fog.pid) ?? 0;
    for (let round = 0; round < 3; round++) await send();
    await until(() => answers("coap"), "the node answers over CoAP");
    await until(() => answers("http"), "the node answers over HTTP");
    const grownMb = ((residentBytes(fog.pid) ?? 0) - warmBytes) / 1024 / 1024;
    expect(grownMb).toBeLessThan(40);
    expect(await processOf("fog-wifi")).toMatchObject({ pid: fog.pid });
  });

  it("as half an HTTP request does not keep anybody else waiting", async () => {
    const http = (td.actions?.getData?.forms ?? [])
      .map((form) => new URL(form.href))
      .find(({ protocol }) => protocol === "http:") as URL;
    const sockets = Array.from({ length: 50 }, () => {
      const socket = net.connect({ host: http.hostname, port: Number(http.port) });
      socket.on("error", () => undefined);
      socket.write(
        `POST ${http.pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"time`,
      );
      return socket;
    });
    expect(await answers("http")).toBe(true);
    for (const socket of sockets) socket.destroy();
  });
});

async function postNonsense(url: URL): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"timeoutMs": "never", [',
  });
  await response.arrayBuffer();
  return response.status;
}

/** Datagrams that are no frames, each another, in portions that a socket buffer holds. */
async function flood(port: number, count: number): Promise<void> {
  const socket = dgram.createSocket("udp4");
  for (let i = 0; i < count; i++) {
    const noise = Buffer.alloc(i % 64, i % 251);
    const sent = new Promise<void>((resolve) =>
      socket.send(noise, port, "127.0.0.1", () => resolve()),
    );
    if (i % 100 === 99) await sent;
  }
  await new Promise<void>((resolve) => socket.send("", port, "127.0.0.1", () => resolve()));
  socket.close();
}

function emulatedAddress(): { port: number } {
  const state = `${bench.folder}/state`;
  const [site] = fs.readdirSync(state);
  const run = JSON.parse(fs.readFileSync(`${state}/${site}/run.json`, "utf8")) as {
    emulated: Record<string, string>;
  };
  return { port: Number(run.emulated["wifi-1"]?.split(":")[1]) };
}
