import { createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { type Form, Servient } from "@node-wot/core";
import type { FogwotError } from "../../../errors";
import { rejection, until } from "../../compliance";
import { fromContent, toContent } from "../../payload";
import { CoapBindingClientFactory } from "..";
import { type Demo, startDemo } from "../testing/demo";
import { KEYS, type TypedAccess, typedAccess } from "../testing/users";

// Real sockets on a machine that may be busy.
jest.setTimeout(60_000);

const admin = { identity: "admin", key: Buffer.from(KEYS.admin ?? "") };

describe("the client of coaps+tcp", () => {
  let demo: Demo;
  let users: TypedAccess;
  let factory: CoapBindingClientFactory;
  beforeEach(async () => {
    users = typedAccess();
    demo = await startDemo({ secure: { port: 0, access: users.access, maxMessageBytes: 4_500 } });
    factory = new CoapBindingClientFactory({ scheme: "coaps+tcp", psk: admin, timeoutMs: 5_000 });
  });
  afterEach(async () => {
    factory.destroy();
    await demo[Symbol.asyncDispose]();
    users.access.close();
  });

  const form = (path: string, more: Partial<Form> = {}, port = demo.securePort): Form => ({
    href: `coaps+tcp://127.0.0.1:${port}/demo/${path}`,
    contentType: "application/json",
    ...more,
  });
  const read = async (path: string, client = factory.getClient()): Promise<string> =>
    (await fromContent(await client.readResource(form(path)))).body.toString();

  it("shows what a Servient holds for the Thing, in either of its spellings", async () => {
    const td = demo.td;
    const hex = Buffer.from(KEYS.reader ?? "").toString("hex");
    for (const credentials of [
      { identity: "reader", key: hex },
      { identity: "reader", psk: KEYS.reader },
    ]) {
      const servient = new Servient();
      servient.addClientFactory(new CoapBindingClientFactory({ scheme: "coaps+tcp" }));
      servient.addCredentials({ [td.id ?? ""]: credentials });
      const thing = await (await servient.start()).consume(td);
      expect(await (await thing.readProperty("plain")).value()).toBe(7);
      const denied = (await rejection(thing.writeProperty("state", 3))) as FogwotError;
      expect(denied.status).toBe(403);
      await servient.shutdown();
    }
  });

  it.each([
    ["none", undefined, "UNAUTHORIZED"],
    ["those of another scheme", { username: "reader", password: "x" }, "UNAUTHORIZED"],
    ["a key that is no hexadecimal", { identity: "reader", key: "key" }, "UNAUTHORIZED"],
    [
      "for another host",
      { identity: "reader", psk: KEYS.reader, hosts: ["fog.example"] },
      "UNAUTHORIZED",
    ],
    ["a wrong key", { identity: "reader", key: "00ff" }, "INTERACTION"],
    ["an unknown identity", { identity: "nobody", psk: KEYS.reader }, "INTERACTION"],
  ])("is refused with credentials that are %s, and tells no key", async (_, credentials, code) => {
    const own = new CoapBindingClientFactory({ scheme: "coaps+tcp" });
    const client = own.getClient();
    client.setSecurity([{ scheme: "psk" }], credentials);
    const error = (await rejection(client.readResource(form("properties/plain")))) as FogwotError;
    expect([error.code, error.status]).toEqual([code, 401]);
    expect(JSON.stringify(error.toProblem())).not.toContain(KEYS.reader);
    own.destroy();
  });

  it("honours a combination that pre-shared keys are one of", () => {
    const client = factory.getClient();
    const oneOf = [{ scheme: "basic" }, { scheme: "psk" }];
    expect(client.setSecurity([{ scheme: "combo", oneOf } as never], undefined)).toBe(true);
    expect(client.setSecurity([{ scheme: "basic" }], undefined)).toBe(false);
    const own = new CoapBindingClientFactory({ scheme: "coaps+tcp" }).getClient();
    expect(own.setSecurity([{ scheme: "psk" }], { identity: "reader", key: "no hex" })).toBe(false);
  });

  it("shares a connection among those who show the same, and nobody else", async () => {
    await Promise.all([read("properties/plain"), read("properties/plain")]);
    expect([factory.held.channels, demo.server.counters.connections]).toEqual([1, 1]);
    const reader = factory.getClient();
    reader.setSecurity([{ scheme: "psk" }], { identity: "reader", psk: KEYS.reader });
    expect(await read("properties/plain", reader)).toBe("7");
    expect([factory.held.channels, demo.server.counters.connections]).toEqual([2, 2]);
  });

  it("sends and gets in blocks what is larger than a message may be", async () => {
    const client = factory.getClient();
    const body = Buffer.from(JSON.stringify("0123456789".repeat(5_000)));
    const before = demo.server.counters.requests;
    await client.writeResource(
      form("properties/state"),
      toContent({ type: "application/json", body }),
    );
    // Four blocks a message.
    expect(demo.server.counters.requests - before).toBe(Math.ceil(body.length / 4_096));
    expect(await read("properties/state", client)).toBe(body.toString());
    const small = form("properties/state", { "cov:blockwise": { "cov:block1Size": 512 } });
    await client.writeResource(small, toContent({ type: "application/json", body }));
    expect(demo.server.counters.requests - before).toBeGreaterThan(body.length / 512);
  });

  it("goes on after the server was gone, and takes its observations up again", async () => {
    const client = factory.getClient();
    const values: string[] = [];
    const errors: Error[] = [];
    await client.subscribeResource(
      form("properties/state", { op: ["observeproperty"], subprotocol: "cov:observe" }),
      (content) => void content.toBuffer().then((body) => values.push(body.toString())),
      (error) => errors.push(error),
    );
    await demo.setState(2);
    await until("the change", () => values.includes("2"));
    const port = demo.securePort;
    await demo.server.stop();
    await until("the loss", () => errors.length > 0);
    const gone = (await rejection(
      client.readResource(form("properties/plain", {}, port)),
    )) as FogwotError;
    expect(gone.code).toBe("UNREACHABLE");
    const again = await startDemo({ secure: { port, access: users.access } });
    await again.setState("again");
    await until("the state after the restart", () => values.includes('"again"'), 20_000);
    await client.stop();
    await until("the observer to be gone", () => again.server.counters.subscribers === 0);
    await again[Symbol.asyncDispose]();
  });

  it("ends at once although the server does not answer, and leaves nothing behind", async () => {
    await using silent = await SilentServer.start();
    const own = new CoapBindingClientFactory({
      scheme: "coaps+tcp",
      psk: admin,
      timeoutMs: 60_000,
    });
    const waiting = rejection(
      own.getClient().readResource(form("properties/plain", {}, silent.port)),
    );
    await until("the connection", () => silent.sockets.size > 0);
    own.destroy();
    expect(((await waiting) as FogwotError).code).toBe("UNREACHABLE");
    await until("that connection to be gone", () => silent.sockets.size === 0);

    await read("properties/plain");
    const hanging = rejection(factory.getClient().invokeResource(form("actions/slow")));
    await until("the action to run", () => demo.server.held.exchanges === 1);
    factory.destroy();
    expect(((await hanging) as FogwotError).code).toBe("UNREACHABLE");
    await until("the connection to be gone", () => demo.server.counters.connections === 0);
    expect(factory.held).toEqual({ channels: 0, confirmables: 0, observations: 0 });
  });

  it("gives up on a server that does not answer in time, and goes on with others", async () => {
    await using silent = await SilentServer.start();
    const own = new CoapBindingClientFactory({ scheme: "coaps+tcp", psk: admin, timeoutMs: 100 });
    const error = (await rejection(
      own.getClient().readResource(form("properties/plain", {}, silent.port)),
    )) as FogwotError;
    expect(["INTERACTION_TIMEOUT", "UNREACHABLE"]).toContain(error.code);
    expect(await read("properties/plain", own.getClient())).toBe("7");
    own.destroy();
  });

  it("has clients for no other scheme", async () => {
    const plain = { ...form("properties/plain"), href: `coap://127.0.0.1:${demo.port}/demo` };
    const error = (await rejection(factory.getClient().readResource(plain))) as FogwotError;
    expect([error.code, error.status]).toEqual(["INPUT", 400]);
  });
});

/** A server that takes connections and says nothing. */
class SilentServer implements AsyncDisposable {
  readonly sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.sockets.add(socket.on("error", () => undefined));
    socket.resume();
    socket.once("close", () => this.sockets.delete(socket));
  });

  static async start(): Promise<SilentServer> {
    const silent = new SilentServer();
    await new Promise<void>((resolve) => silent.#server.listen(0, "127.0.0.1", resolve));
    return silent;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
