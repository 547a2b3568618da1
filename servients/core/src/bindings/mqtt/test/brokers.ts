import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Aedes } from "aedes";
import { WaitTimeoutError } from "../../../errors";

/** A broker for tests: of 127.0.0.1, on a port of its own that it keeps over a restart. */
export interface TestBroker {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** Ends it as a crash would: connections just break. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** The broker library that the processing server embeds; speaks MQTT 3.1.1 only. */
export async function startAedes(): Promise<TestBroker & { readonly broker: () => Aedes }> {
  let broker = await Aedes.createBroker({ concurrency: 0 });
  const sockets = new Set<Socket>();
  const listen = async (port: number): Promise<Server> => {
    const listening = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      broker.handle(socket);
    });
    listening.listen(port, "127.0.0.1");
    await once(listening, "listening");
    return listening;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const kill = async () => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
    await new Promise<void>((resolve) => broker.close(() => resolve()));
  };
  return {
    name: "aedes",
    port,
    url: `mqtt://127.0.0.1:${port}`,
    broker: () => broker,
    kill,
    stop: kill,
    async restart() {
      broker = await Aedes.createBroker({ concurrency: 0 });
      server = await listen(port);
    },
  };
}

/** What a mosquitto asks its clients for. */
export interface MosquittoFiles {
  readonly passwords: string;
  readonly acl: string;
  /** Lets clients in that have no credentials. */
  readonly anonymous: boolean;
}

export interface MosquittoOptions {
  /** Without, everybody may everything. */
  readonly files?: MosquittoFiles;
  /** Keeps any number of messages for a subscriber, instead of 1,000. @default true, without files */
  readonly keepsEverything?: boolean;
}

/** Debian's mosquitto; speaks MQTT 5 and 3.1.1. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<TestBroker> {
  // With files: 2.0.11 without a limit hangs up on an MQTT 5 client whose message its ACL refuses.
  const { files, keepsEverything = !files } = options;
  const folder = await mkdtemp(join(tmpdir(), "fogwot-mosquitto-"));
  const port = await freePort();
  const configuration = join(folder, "mosquitto.conf");
  const lines = [
    // Started as root it would become a user who cannot read the test's files.
    "user root",
    `listener ${port} 127.0.0.1`,
    `allow_anonymous ${files?.anonymous ?? true}`,
    ...(keepsEverything ? ["max_queued_messages 0"] : []),
    ...(files ? [`password_file ${folder}/passwords`, `acl_file ${folder}/acl`] : []),
    "set_tcp_nodelay true",
    "persistence false",
    "log_dest stderr",
  ];
  await writeFile(configuration, `${lines.join("\n")}\n`, { mode: 0o644 });
  if (files) {
    await writeFile(join(folder, "passwords"), files.passwords, { mode: 0o600 });
    await writeFile(join(folder, "acl"), files.acl, { mode: 0o600 });
  }
  let child = await spawnMosquitto(configuration, port);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return {
    name: "mosquitto",
    port,
    url: `mqtt://127.0.0.1:${port}`,
    kill: () => end("SIGKILL"),
    async restart() {
      child = await spawnMosquitto(configuration, port);
    },
    async stop() {
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function spawnMosquitto(configuration: string, port: number): Promise<ChildProcess> {
  const path = `${process.env.PATH ?? ""}:/usr/sbin`;
  const child = spawn("mosquitto", ["-c", configuration], {
    stdio: ["ignore", "ignore", "ignore"],
    env: { ...process.env, PATH: path },
  });
  const failed = once(child, "error").then(([error]) => Promise.reject(error));
  await Promise.race([failed, untilListening(port)]);
  failed.catch(() => undefined);
  return child;
}

async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new WaitTimeoutError(`mosquitto listening on ${port}`, 10_000);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const run = promisify(execFile);

/** Runs one of Debian's mosquitto-clients; resolves with what it printed. */
export async function mosquittoClient(
  program: "mosquitto_pub" | "mosquitto_sub" | "mosquitto_rr",
  port: number,
  ...options: string[]
): Promise<string> {
  const { stdout } = await run(program, ["-h", "127.0.0.1", "-p", `${port}`, ...options], {
    timeout: 15_000,
  });
  return stdout.trim();
}
