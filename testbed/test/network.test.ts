import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { namespaces } from "../src/emulation/network/namespace-pair";
import { type Finished, lastJson, until, Workbench } from "./support/fogwot";

const isRoot = process.getuid?.() === 0;
if (!isRoot) {
  process.stderr.write("network namespaces need root: here only their refusal is tested\n");
}

interface Row {
  readonly variant: string;
  readonly requests: number;
  readonly pdr: number;
  readonly rttP50Ms: number;
  readonly rttP99Ms: number;
  readonly packetsPerRequest: number;
}

interface WotpyRow {
  readonly verb: string;
  readonly variant: string;
  readonly packetsPerInteraction: number;
}

let bench: Workbench;
beforeAll(() => {
  bench = new Workbench();
});
afterAll(() => bench.close(), 60_000);

/** Namespaces that the command with this process id made. */
const made = (pid: number): string[] =>
  namespaces().filter((name) => name.startsWith(`fogwot-${pid}-`));

const refusal = (finished: Finished) => lastJson<{ error: { code: string } }>(finished).error.code;

describe("measure --network", () => {
  it("names the profiles there are for one that is none", async () => {
    const finished = await bench.run("measure", "--network", "moon", "--json");
    expect([finished.code, refusal(finished)]).toEqual([2, "CONFIG"]);
    expect(finished.stderr).toMatch(/wanted one of lan, lossy-10/);
  });

  if (!isRoot) {
    it("is refused to another user than root, who is told why", async () => {
      const finished = await bench.run("measure", "--network", "lan", "--json");
      expect([finished.code, refusal(finished)]).toEqual([2, "NOT_ROOT"]);
    });
    return;
  }

  it("removes what it made when it is told to end, and the next one what a killed one left", async () => {
    const args = ["measure", "--network", "lan", "--payload", "64", "--requests", "1000000"];
    const killed = bench.start(...args);
    const told = bench.start(...args);
    for (const { pid } of [killed, told]) {
      await until(() => made(pid).length === 2, "both namespaces are there");
    }
    killed.child.kill("SIGKILL");
    told.child.kill("SIGTERM");
    expect((await told.finished).code).toBe(1);
    expect(made(told.pid)).toEqual([]);
    await killed.finished;
    await until(() => bench.living().length === 0, "what ran inside ended with it");
    const next = await bench.run("measure", "--network", "lan", "--qos", "1", "--binding", "coap");
    expect(next.code).toBe(2);
    expect(made(killed.pid)).toEqual([]);
  }, 90_000);

  it("lets CoAP CON deliver what NON loses, MQTT all of it, and time-outs stand in the tail", async () => {
    const { rows } = await bench.json<{ rows: Row[] }>(
      ...["measure", "--network", "lossy-10", "--payload", "64", "--bindings", "http,coap,mqtt"],
      ...["--con", "--non", "--qos", "0,1", "--requests", "150", "--parallel", "150"],
      ...["--timeout", "3500ms"],
    );
    const of = (variant: string): Row => rows.find((row) => row.variant === variant) as Row;
    expect(of("coap CON").pdr).toBeGreaterThan(of("coap NON").pdr);
    // Two packets of which one in ten is lost: 0.81, with room for chance and for time-outs.
    expect(of("coap NON").pdr).toBeLessThan(0.95);
    expect(of("mqtt QoS 1")).toMatchObject({ pdr: 1, requests: 150 });
    // RFC 7252: nothing is sent again before 2 s; Linux: no segment before 200 ms.
    expect(of("coap CON").rttP99Ms).toBeGreaterThan(2_000);
    expect(of("http").rttP99Ms).toBeGreaterThan(200);
    expect(of("coap CON").packetsPerRequest).toBeGreaterThan(of("coap NON").packetsPerRequest);
  }, 120_000);

  it("runs the WOTPY benchmark over the leg, with TLS and without", async () => {
    const { rows } = await bench.json<{ rows: WotpyRow[] }>(
      ...[
        "measure",
        "--wotpy",
        "--network",
        "lan",
        "--bindings",
        "http,coap,mqtt",
        "--tls",
        "--timeout",
        "5s",
      ],
      ...["--batches", "2", "--parallel", "5", "--rate", "200", "--events", "20", "--lambd", "200"],
    );
    expect(rows.map(({ verb, variant }) => `${verb} ${variant}`)).toEqual(
      ["invokeaction", "readproperty", "subscribeevent"].flatMap((verb) => [
        `${verb} http`,
        `${verb} https`,
        `${verb} coap`,
        `${verb} coaps+tcp`,
        `${verb} mqtt`,
        `${verb} mqtts`,
      ]),
    );
    for (const row of rows) {
      const total = row.verb === "subscribeevent" ? 20 : 10;
      expect(row).toMatchObject({ total, received: total, successRatio: 1 });
      expect(row.packetsPerInteraction).toBeGreaterThan(0);
    }
    expect(rows.at(-1)).toMatchObject({ disordered: 0, duplicates: 0 });
  }, 120_000);
});
