import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Form } from "@node-wot/core";
import { InteractionError } from "../../errors";
import { rejection, until } from "../compliance";
import { toContent } from "../payload";
import { CoapBindingClientFactory } from ".";
import { type Demo, startDemo } from "./testing/demo";
import { KEYS, type TypedAccess, typedAccess } from "./testing/users";

const run = promisify(execFile);

// Real sockets and processes on a machine that may be busy.
jest.setTimeout(60_000);

describe("libcoap's client at our server, over TLS with a pre-shared key", () => {
  let demo: Demo;
  let users: TypedAccess;
  let base: string;
  let folder: string;
  beforeAll(async () => {
    users = typedAccess();
    demo = await startDemo({ secure: { port: 0, access: users.access } });
    base = `coaps+tcp://127.0.0.1:${demo.securePort}`;
    folder = await mkdtemp(path.join(tmpdir(), "fogwot-coaps-"));
  });
  afterAll(async () => {
    await demo[Symbol.asyncDispose]();
    users.access.close();
    await rm(folder, { recursive: true });
  });

  /** Debian package libcoap3-bin. */
  const client = (user: string, ...args: string[]) =>
    run("coap-client-openssl", ["-B", "10", "-u", user, "-k", KEYS[user] ?? "wrong", ...args], {
      timeout: 20_000,
    });

  it("reads, writes, invokes and discovers", async () => {
    const read = await client("admin", "-m", "get", `${base}/demo/properties/plain`);
    expect(read.stdout.trim()).toBe("7");
    const state = `${base}/demo/properties/state`;
    await client("admin", "-m", "put", "-t", "50", "-e", "41", state);
    expect((await client("admin", "-m", "get", state)).stdout.trim()).toBe("41");
    const links = await client("admin", "-m", "get", `${base}/.well-known/core`);
    expect(links.stdout.trim()).toBe('</demo>;rt="wot.thing";ct="432 50"');
    const count = ["-m", "post", "-t", "50", "-e", "0", `${base}/demo/actions/count`];
    expect((await client("admin", ...count)).stdout.trim()).toBe("1");
  });

  it("fetches the Thing Description whole, block by block, and in what little it can take", async () => {
    const sizes = [[], ["-b", "64"], ["-X", "1152"], ["-X", "4096"]];
    for (const size of sizes) {
      const { stdout } = await client("admin", ...size, "-m", "get", `${base}/demo`);
      expect([size, JSON.parse(stdout)]).toEqual([size, demo.td]);
    }
    const text = JSON.stringify(demo.td);
    expect(text).toContain(`"${base}/demo/properties/plain`);
    expect(text).not.toContain('"coap://');
  });

  it("uploads whole, in blocks, and several blocks a message", async () => {
    const text = JSON.stringify("L".repeat(20_000));
    const file = path.join(folder, "large.json");
    await writeFile(file, text);
    for (const size of [[], ["-b", "256"], ["-L", "1", "-b", "1024"]]) {
      await demo.setState(0);
      const state = `${base}/demo/properties/state`;
      await client("admin", ...size, "-m", "put", "-t", "50", "-f", file, state);
      const back = await client("admin", "-m", "get", state);
      expect([size, back.stdout.trim() === text]).toEqual([size, true]);
    }
  });

  it("observes an event until it leaves", async () => {
    const event = ["-m", "get", `${base}/demo/events/reading`];
    const observing = client("reader", "-v", "7", "-s", "2", ...event);
    await until("the observer", () => demo.server.counters.subscribers === 1);
    for (let n = 1; n <= 3; n++) demo.thing.emitEvent("reading", n);
    const { stdout, stderr } = await observing;
    const notifications = `${stdout}${stderr}`
      .split("\n")
      .filter((line) => /c:2\.05 .*Observe:/.test(line) && line.includes("::"));
    expect(notifications.map((line) => /:: '(.*)'/.exec(line)?.[1])).toEqual(["1", "2", "3"]);
    await until("the observer to be gone", () => demo.server.counters.subscribers === 0);
  });

  it("is refused what its scopes do not allow, and everything with a wrong key or identity", async () => {
    const state = `${base}/demo/properties/state`;
    const denied = await client("reader", "-m", "put", "-t", "50", "-e", "1", state);
    expect(denied.stderr).toContain('4.03 {"type":"urn:fogwot:error:forbidden"');
    const read = ["-v", "6", "-m", "get", state];
    for (const user of ["admin", "nobody"]) {
      const wrong = ["-B", "3", "-u", user, "-k", "not the key", ...read];
      const { stdout, stderr } = await run("coap-client-openssl", wrong, { timeout: 20_000 });
      expect(`${stdout}${stderr}`).toMatch(/bad record mac/);
    }
    expect(demo.server.counters.handshakeFailures).toBe(2);
  });
});

describe("our client at libcoap's server, over TLS with a pre-shared key", () => {
  const psk = { identity: "me", key: Buffer.from("a key for libcoap") };
  let server: ChildProcess;
  let port: number;
  let factory: CoapBindingClientFactory;
  beforeAll(async () => {
    // It takes the port for TLS that follows the one for plain CoAP.
    port = (await freePorts()) + 1;
    const args = ["-A", "127.0.0.1", "-p", String(port - 1), "-k", psk.key.toString(), "-d", "5"];
    server = spawn("coap-server-openssl", args, { stdio: "ignore" });
    factory = new CoapBindingClientFactory({ scheme: "coaps+tcp", psk, timeoutMs: 5_000 });
    await until("libcoap's server", () => server.exitCode === null);
    let isUp = false;
    for (let n = 0; n < 100 && !isUp; n++) isUp = await canConnect(port);
  });
  afterAll(async () => {
    factory.destroy();
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await exited;
  });

  const form = (resource: string, op = ["readproperty"], contentType = "text/plain"): Form => ({
    href: `coaps+tcp://127.0.0.1:${port}/${resource}`,
    contentType,
    op,
  });

  it("reads its clock and its links", async () => {
    const client = factory.getClient();
    const time = await client.readResource(form("time"));
    expect((await time.toBuffer()).toString()).toMatch(/^\w{3} \d\d \d\d:\d\d:\d\d/);
    const links = await client.readResource(
      form(".well-known/core", [], "application/link-format"),
    );
    expect((await links.toBuffer()).toString()).toContain("</time>");
    const error = (await rejection(client.readResource(form("nosuch")))) as InteractionError;
    expect([error instanceof InteractionError, error.status]).toEqual([true, 404]);
  });

  it.each([5_000, 200_000])("writes and reads %i bytes", async (bytes) => {
    const client = factory.getClient();
    const body = Buffer.from("B".repeat(bytes));
    await client.writeResource(form("example_data"), toContent({ type: "text/plain", body }));
    const back = await client.readResource(form("example_data"));
    expect((await back.toBuffer()).equals(body)).toBe(true);
    const small = { ...form("example_data"), "cov:blockwise": { "cov:block2Size": 64 } };
    if (bytes < 10_000) {
      expect((await (await client.readResource(small)).toBuffer()).equals(body)).toBe(true);
    }
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

  it("is told that its key is not the server's", async () => {
    const client = factory.getClient();
    client.setSecurity([{ scheme: "psk" }], { identity: "me", psk: "another key" });
    const error = (await rejection(client.readResource(form("time")))) as InteractionError;
    expect([error instanceof InteractionError, error.status]).toEqual([true, 401]);
  });
});

/** The first of two free TCP ports that follow each other. */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = createServer();
    await new Promise<void>((resolve) => first.listen(0, "127.0.0.1", resolve));
    const { port } = first.address() as { port: number };
    const second = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      second.once("error", () => resolve(false));
      second.listen(port + 1, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => first.close(resolve));
    if (!isFree) continue;
    await new Promise((resolve) => second.close(resolve));
    return port;
  }
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isUp = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  socket.destroy();
  if (!isUp) await new Promise((resolve) => setTimeout(resolve, 50));
  return isUp;
}
