import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { systemClock, WaitTimeoutError } from "@fogwot/core";
import { findProgram } from "../../doctor/find-program";
import type { BrokerReport } from "../../programs/broker";
import { serve } from "../../programs/serve";

const START_MS = 10_000;

/** Debian's broker, on a free port of 127.0.0.1. */
serve<null, BrokerReport>("bench-mosquitto", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fogwot-mosquitto-"));
  const port = await freePort();
  const configuration = path.join(folder, "mosquitto.conf");
  const lines = [`listener ${port} 127.0.0.1`, "allow_anonymous true", "set_tcp_nodelay true"];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  const child = spawn(findProgram("mosquitto") ?? "mosquitto", ["-c", configuration], {
    stdio: "ignore",
  });
  await untilListening(port);
  return {
    report: { url: `mqtt://127.0.0.1:${port}` },
    stop: async () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilListening(port: number): Promise<void> {
  const signal = AbortSignal.timeout(START_MS);
  while (!signal.aborted) {
    const socket = connect(port, "127.0.0.1");
    const isUp = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isUp) return;
    await systemClock.sleep(20);
  }
  throw new WaitTimeoutError(`mosquitto listening on ${port}`, START_MS);
}
