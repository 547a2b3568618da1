import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Content, Form } from "@node-wot/core";
import { InteractionError } from "../../errors";
import { compiledEntry } from "../../package-root";
import { rejection, until } from "../compliance";
import { toContent } from "../payload";
import { CoapBindingClientFactory } from ".";
import { type Demo, startDemo } from "./testing/demo";

const run = promisify(execFile);

/** libcoap's client (Debian package libcoap3-bin). @returns payload and error text */
async function coapClient(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run("coap-client-notls", ["-B", "10", ...args], { timeout: 20_000 });
}

const textOf = async (content: Content): Promise<string> => (await content.toBuffer()).toString();

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("libcoap's client at our server", () => {
  let demo: Demo;
  let base: string;
  let folder: string;
  beforeAll(async () => {
    demo = await startDemo();
    base = `coap://127.0.0.1:${demo.port}`;
    folder = await mkdtemp(path.join(tmpdir(), "fogwot-coap-"));
  });
  afterAll(async () => {
    await demo[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  it("discovers, reads, writes and invokes", async () => {
    const links = await coapClient("-m", "get", `${base}/.well-known/core`);
    expect(links.stdout.trim()).toBe('</demo>;rt="wot.thing";ct="432 50"');
    await coapClient("-m", "put", "-t", "50", "-e", "33", `${base}/demo/properties/state`);
    const state = await coapClient("-m", "get", "-A", "50", `${base}/demo/properties/state`);
    expect(state.stdout.trim()).toBe("33");
    const output = await coapClient(
      "-m",
      "post",
      "-t",
      "50",
      "-e",
      "0",
      `${base}/demo/actions/count`,
    );
    expect(output.stdout.trim()).toBe("1");
    const unconfirmed = await coapClient("-N", "-m", "get", `${base}/demo/properties/plain`);
    expect(unconfirmed.stdout.trim()).toBe("7");
  });

  it.each([
    ["4.04", ["-m", "get"], "/demo/properties/nosuch"],
    ["4.05", ["-m", "put", "-e", "1"], "/demo/properties/plain"],
    ["4.06", ["-m", "get", "-A", "41"], "/demo/properties/plain"],
    ["4.15", ["-m", "put", "-t", "41", "-e", "1"], "/demo/properties/state"],
    ["4.00", ["-m", "put", "-t", "50", "-e", "{"], "/demo/properties/state"],
    ["5.00", ["-m", "get"], "/demo/properties/broken"],
  ])("is told %s with a problem document", async (code, args, where) => {
    const { stderr } = await coapClient(...args, `${base}${where}`);
    expect(stderr).toContain(`${code} {"type":"urn:fogwot:error:`);
  });

  it("fetches the Thing Description block by block, whatever the block size", async () => {
    const whole = await coapClient("-m", "get", `${base}/demo`);
    const small = await coapClient("-b", "64", "-m", "get", `${base}/demo`);
    expect(small.stdout).toBe(whole.stdout);
    expect(JSON.parse(whole.stdout)).toEqual(demo.td);
  });

  it("uploads in blocks and downloads what it has uploaded", async () => {
    const file = path.join(folder, "large.json");
    const text = JSON.stringify("L".repeat(20_000));
    await writeFile(file, text);
    for (const size of ["1024", "128"]) {
      await demo.setState(0);
      await coapClient(
        "-b",
        size,
        "-m",
        "put",
        "-t",
        "50",
        "-f",
        file,
        `${base}/demo/properties/state`,
      );
      const back = await coapClient("-m", "get", `${base}/demo/properties/state`);
      expect(back.stdout.trim()).toBe(text);
    }
  });

  it("observes an event, sees rising numbers, and deregisters when it leaves", async () => {
    const observing = coapClient("-v", "7", "-s", "2", "-m", "get", `${base}/demo/events/reading`);
    await until("the observer", () => demo.server.counters.subscribers === 1);
    for (let n = 1; n <= 3; n++) demo.thing.emitEvent("reading", n);
    const { stdout, stderr } = await observing;
    const notifications = `${stdout}${stderr}`
      .split("\n")
      .filter((line) => /t:CON c:2\.05 .*Observe:/.test(line));
    expect(notifications.map((line) => /Observe:(\d+)/.exec(line)?.[1])).toEqual(["2", "3", "4"]);
    expect(notifications.map((line) => /:: '(.*)'/.exec(line)?.[1])).toEqual(["1", "2", "3"]);
    expect(demo.server.counters.subscribers).toBe(0);
  });
});

describe("our client at libcoap's server", () => {
  let server: ChildProcess;
  let port: number;
  let factory: CoapBindingClientFactory;
  beforeAll(async () => {
    port = await freePort();
    server = spawn("coap-server-notls", ["-A", "127.0.0.1", "-p", String(port)], {
      stdio: "ignore",
    });
    factory = new CoapBindingClientFactory({ timeoutMs: 5_000 });
    let isUp = false;
    for (let n = 0; n < 100 && !isUp; n++) {
      const answer = await factory
        .getClient()
        .readResource(form("time"))
        .catch(() => undefined);
      isUp = answer !== undefined;
      if (!isUp) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  afterAll(async () => {
    factory.destroy();
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await exited;
  });

  const form = (resource: string, op = ["readproperty"], contentType = "text/plain"): Form => ({
    href: `coap://127.0.0.1:${port}/${resource}`,
    contentType,
    op,
  });

  it("reads, also its links, and is told 4.04", async () => {
    const client = factory.getClient();
    const links = await client.readResource(
      form(".well-known/core", [], "application/link-format"),
    );
    expect([links.type, await textOf(links)]).toEqual([
      "application/link-format",
      expect.stringContaining("</time>"),
    ]);
    const error = (await rejection(client.readResource(form("nosuch")))) as InteractionError;
    expect([error instanceof InteractionError, error.status]).toEqual([true, 404]);
  });

  it("writes and reads 5,000 bytes in blocks", async () => {
    const client = factory.getClient();
    const body = Buffer.from("B".repeat(5_000));
    await client.writeResource(form("example_data"), toContent({ type: "text/plain", body }));
    const back = await client.readResource(form("example_data"));
    expect((await back.toBuffer()).equals(body)).toBe(true);
  });

  it("observes until it deregisters", async () => {
    const client = factory.getClient();
    const observed = form("time", ["observeproperty", "unobserveproperty"]);
    let notifications = 0;
    await client.subscribeResource(observed, () => {
      notifications++;
    });
    await until("two ticks of its clock", () => notifications >= 3);
    await client.unlinkResource(observed);
    expect(factory.held).toEqual({ channels: 1, confirmables: 0, observations: 0 });
  });
});

describe("node-wot's own CoAP client at our server", () => {
  it("reads, writes, invokes with output and gets events through our Thing Description", async () => {
    await using demo = await startDemo();
    const entry = compiledEntry(path.join(__dirname, "testing", "stock-consumer.ts"));
    const { stdout } = await run(process.execPath, [entry, JSON.stringify(demo.td)], {
      timeout: 30_000,
    });
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toEqual({
      before: 1,
      after: "written by node-wot",
      output: 1,
      large: 5_002,
      events: ["emitted"],
    });
  });
});

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
