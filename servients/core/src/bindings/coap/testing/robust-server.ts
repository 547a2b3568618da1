import { CoapBindingClientFactory } from "..";
import { startDemo } from "./demo";

/** What the process holds, after a garbage collection. */
export interface RobustReport {
  readonly port: number;
  readonly heapBytes: number;
  readonly timers: number;
  readonly sockets: number;
  readonly counters: Record<string, number>;
  readonly held: Record<string, number>;
}

export type RobustCommand =
  | { readonly op: "report" }
  | { readonly op: "read"; readonly count: number }
  /** Clients made, used and destroyed. */
  | { readonly op: "cycle"; readonly count: number };

function resources(kind: string): number {
  return process.getActiveResourcesInfo().filter((name) => name === kind).length;
}

/** A server in a process of its own (node --expose-gc), for tests that try to bring it down. */
async function main(): Promise<void> {
  const demo = await startDemo();
  const factory = new CoapBindingClientFactory();
  const form = { href: `coap://127.0.0.1:${demo.port}/demo/properties/plain` };
  const report = async (): Promise<RobustReport> => {
    // Two turns: what a first collection finalises, the second one frees.
    for (let n = 0; n < 2; n++) {
      globalThis.gc?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return {
      port: demo.port,
      heapBytes: heapUsed + external + arrayBuffers,
      timers: resources("Timeout"),
      sockets: resources("UDPWRAP"),
      counters: { ...demo.server.counters },
      held: { ...demo.server.held, ...factory.held },
    };
  };
  const read = async (count: number): Promise<void> => {
    let left = count;
    const one = async (): Promise<void> => {
      while (left-- > 0) await factory.getClient().readResource(form as never);
    };
    await Promise.all(Array.from({ length: 16 }, one));
  };
  const cycle = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      const own = new CoapBindingClientFactory();
      const client = own.getClient();
      await client.readResource(form as never);
      const observed = { ...form, href: form.href.replace("plain", "state") };
      await client.subscribeResource(observed as never, () => undefined);
      own.destroy();
    }
  };
  process.on("message", (command: RobustCommand) => {
    work(command)
      .then(report)
      .then((answer) => process.send?.(answer))
      .catch((error: unknown) => {
        process.stderr.write(`${error}\n`);
        process.exit(1);
      });
  });
  const work = async (command: RobustCommand): Promise<void> => {
    if (command.op === "read") await read(command.count);
    if (command.op === "cycle") await cycle(command.count);
  };
  process.on("disconnect", () => process.exit());
  process.send?.(await report());
}

void main();
