import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { findProgram } from "../../src/doctor/find-program";
import { guarded } from "../../src/soak/site/command";
import { until } from "../../src/soak/site/until";

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Texts of the files that mosquitto reads. */
export interface AccessFiles {
  readonly acl: string;
  readonly passwords: string;
}

/** Debian's MQTT broker, alone on a port of 127.0.0.1 that it keeps over a restart. */
export class Mosquitto implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #login: Login | AccessFiles | undefined;
  #child: ChildProcess | undefined;

  constructor(port: number, login?: Login | AccessFiles) {
    this.port = port;
    this.#login = login;
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), "fwt-mosquitto-"));
  }

  /** @param login without it anybody may connect */
  static async start(login?: Login | AccessFiles): Promise<Mosquitto> {
    const broker = new Mosquitto(await freePort(), login);
    await broker.start();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const configuration = path.join(this.#folder, "mosquitto.conf");
    const lines = [
      `listener ${this.port} 127.0.0.1`,
      ...this.#access(),
      "persistence false",
      "log_dest stderr",
    ];
    fs.writeFileSync(configuration, `${lines.join("\n")}\n`);
    const command = [findProgram("mosquitto") ?? "mosquitto", "-c", configuration];
    this.#child = spawn(...guarded(command), { stdio: "ignore" });
    await until("mosquitto listening", () => isListening(this.port));
  }

  /** A file for `passwordFile` of a site. */
  writePasswordFile(): string {
    const file = path.join(this.#folder, "password");
    const login = this.#login;
    const password = login && "password" in login ? login.password : "";
    fs.writeFileSync(file, `${password}\n`, { mode: 0o600 });
    return file;
  }

  #access(): string[] {
    if (!this.#login) return ["allow_anonymous true"];
    const users = path.join(this.#folder, "users");
    if ("acl" in this.#login) {
      const acl = path.join(this.#folder, "acl");
      fs.writeFileSync(users, this.#login.passwords);
      fs.writeFileSync(acl, this.#login.acl);
      for (const file of [users, acl]) fs.chmodSync(file, 0o644);
      fs.chmodSync(this.#folder, 0o755);
      return ["allow_anonymous false", `password_file ${users}`, `acl_file ${acl}`];
    }
    const { username, password } = this.#login;
    execFileSync("mosquitto_passwd", ["-c", "-b", users, username, password], { stdio: "ignore" });
    // Started by root, mosquitto reads it as its own user.
    fs.chmodSync(this.#folder, 0o755);
    fs.chmodSync(users, 0o644);
    return ["allow_anonymous false", `password_file ${users}`];
  }

  /** As a crash: what it held is gone. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function isListening(port: number): Promise<boolean> {
  const socket = net.connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
