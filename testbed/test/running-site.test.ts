import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { lastJson, REPOSITORY, type Started, until, WIFI, Workbench } from "./support/fogwot";

jest.setTimeout(120_000);

let bench: Workbench;
let up: Started;
beforeAll(async () => {
  bench = new Workbench();
  // The commands find the site in the folder they are typed in.
  fs.cpSync(path.dirname(WIFI), bench.folder, { recursive: true });
  up = bench.start("up", bench.folder, "--port-base", "0", "--time-scale", "0.2");
  await up.says("site wifi is up");
});
afterAll(async () => {
  up.child.kill("SIGTERM");
  await up.finished;
  await bench.close();
});

interface LinkState {
  readonly device: string;
  readonly settings: {
    readonly filterLoss: number;
    readonly extraDelayMs: number;
    readonly cut: boolean;
    readonly gilbertElliott: object | null;
  };
}

interface Described {
  readonly actions: {
    readonly getData: {
      readonly forms: readonly { readonly href: string; readonly [term: string]: unknown }[];
    };
  };
}

describe("a running site", () => {
  it("lists its Things with what they offer, and prints a Thing Description that is valid", async () => {
    const { things } = await bench.json<{ things: { id: string; bindings: string[] }[] }>("things");
    expect(things.map(({ id }) => id.split(":").at(-1))).toEqual([
      "wifi-1",
      "wifi-2",
      "wifi-3",
      "wifi",
      "fog-wifi",
    ]);
    for (const { bindings } of things) expect(bindings).toEqual(["http", "coap", "mqtt"]);
    const file = path.join(bench.folder, "td.json");
    fs.writeFileSync(file, (await bench.run("things", "--td", "wifi-1")).stdout);
    expect(await bench.json("validate", file)).toMatchObject({
      kind: "Thing Description",
      valid: true,
    });
    expect((await bench.run("things", "--td", "wifi-9")).code).toBe(1);
  });

  it("changes a link while it runs, cuts it, and takes it back to the file's settings", async () => {
    const set = await bench.json<LinkState>(
      "link",
      "set",
      "wifi-1",
      "--loss",
      "0",
      "--delay",
      "+20ms",
    );
    expect(set.settings).toMatchObject({
      filterLoss: 0,
      gilbertElliott: null,
      extraDelayMs: 20,
      cut: false,
    });
    expect((await bench.json<LinkState>("link", "cut", "wifi-1")).settings.cut).toBe(true);
    const { links } = await bench.json<{ links: LinkState[] }>("link", "list");
    expect(links.map(({ device, settings }) => [device, settings.cut])).toEqual([
      ["wifi-1", true],
      ["wifi-2", false],
      ["wifi-3", false],
    ]);
    const restored = await bench.json<LinkState>("link", "restore", "wifi-1");
    expect(restored.settings).toMatchObject({ filterLoss: 0.7, extraDelayMs: 0, cut: false });
  });

  it("refuses a link it has not, and settings out of range, without changing anything", async () => {
    const unknown = await bench.run("link", "cut", "wifi-9", "--json");
    expect(unknown.code).toBe(1);
    expect(lastJson(unknown)).toMatchObject({ error: { code: "NOT_FOUND" } });
    expect((await bench.run("link", "set", "wifi-1", "--loss", "1.5")).code).toBe(2);
  });

  it("replaces the policy between two slots without losing one, and stores which policy asked", async () => {
    const slots = async () => (await bench.json<{ slots: number }>("sense", "status")).slots;
    const from = await slots();
    const policy = await bench.json("policy", "set", "P2", "--param", "alpha=0.3", "--m", "2");
    expect(policy).toMatchObject({ name: "P2", parameters: { alpha: 0.3 }, m: 2 });
    await until(async () => (await slots()) > from + 4, "four more slots");
    const file = path.join(bench.folder, "outcomes.csv");
    await bench.json("export", "--csv", file);
    const rows = csvRows(file);
    const numbers = [...new Set(rows.map((row) => Number(row.slot)))];
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const policies = numbers.map((slot) => rows.find((row) => Number(row.slot) === slot)?.policy);
    expect([...new Set(policies)]).toEqual(["P1", "P2"]);
    expect(policies.indexOf("P2")).toBe(policies.lastIndexOf("P1") + 1);
    expect(rows.filter((row) => Number(row.slot) === numbers.at(-2)).length).toBe(2);
  });

  it("senses by a TypeScript policy written while it runs, by each edit of it, and past one that hangs", async () => {
    const file = path.join(bench.folder, "mine.ts");
    const write = (name: string, select: string) =>
      fs.writeFileSync(
        file,
        `import type { PolicyDefinition } from "@fogwot/mashups";
        export const policy: PolicyDefinition = {
          name: "${name}", title: "", description: "", parameters: { type: "object" },
          create: () => {
            let joined = 0;
            return {
              join: () => joined++, leave: () => undefined, observe: () => undefined,
              snapshot: () => ({ joined }), restore: () => undefined,
              select: (_slot, m, out) => { ${select} },
            };
          },
        };`,
      );
    const senses = (name: string) =>
      until(
        async () => (await bench.json<{ policy: string }>("sense", "status")).policy === name,
        name,
      );
    const first = "for (let k = 0; k < m; k++) out[k] = k; return m;";
    write("MINE", first);
    const set = ["policy", "set", file, "--carry", "model"];
    expect(await bench.json(...set)).toMatchObject({ name: "MINE", carried: false });
    write("EDITED", first);
    expect(await bench.json(...set)).toMatchObject({ name: "EDITED" });
    await senses("EDITED");
    const { fromSlot } = await bench.json<{ fromSlot: number }>("policy", "tune", "--m", "1");
    await until(
      async () => (await bench.json<{ slots: number }>("sense", "status")).slots > fromSlot,
      "a slot by the edited policy",
    );
    write("HANGS", "for (;;);");
    await bench.json(...set);
    await senses("EDITED");
    await bench.json("policy", "set", "P1", "--m", "2");
  });

  it("refuses a policy that is not there and a parameter out of range, in words that help", async () => {
    const unknown = await bench.run("policy", "set", "P9");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/there are .*P0, P1, P2, P3/);
    const wrong = await bench.run("policy", "set", "P2", "--param", "alpha=3");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/alpha: got 3, wanted/);
    const { policies } = await bench.json<{ policies: { name: string }[] }>("policy", "list");
    expect(policies.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["P0", "P1", "P2", "P3"]),
    );
  });

  it("exports outcomes and readings as CSV and Parquet while it runs", async () => {
    await until(async () => {
      const { rows } = (await bench.json<{ store: { rows: number } }>("sense", "status")).store;
      return rows > 0;
    }, "a first row is stored");
    const parquet = path.join(bench.folder, "outcomes.parquet");
    const { bytes } = await bench.json<{ bytes: number }>("export", "--parquet", parquet);
    const content = fs.readFileSync(parquet);
    expect(content.length).toBe(bytes);
    expect(content.subarray(0, 4).toString()).toBe("PAR1");
    const { stdout } = await bench.run("export", "--csv");
    expect(stdout.split("\n")[0]).toBe(
      "run,policy,seed,slot,k,device,wsn,binding,explore,eps,propensity,ok,rtt_ms,device_rtt_ms,reward,q_after,energy_mj,t_virtual_ms,timestamp_ms,error",
    );
    expect((await bench.run("export", "--csv", "--parquet")).code).toBe(2);
    expect((await bench.run("export", "--csv", "--from", "yesterday")).code).toBe(2);
  });

  it("stops and starts sensing, and keeps running meanwhile", async () => {
    const status = async () =>
      await bench.json<{ slots: number; state: string }>("sense", "status");
    const stopped = await bench.json<{ slots: number }>("sense", "stop");
    const later = await status();
    expect(later.slots - stopped.slots).toBeLessThanOrEqual(1);
    await bench.run("sense", "start");
    await until(async () => (await status()).slots > later.slots, "sensing goes on");
  });

  it("shows what each process logged", async () => {
    const { stdout, code } = await bench.run("logs", "fog-wifi");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^fog-wifi\s+\d{4}-\d\d-\d\dT.* info /m);
    expect((await bench.run("logs", "nobody")).code).toBe(1);
  });

  it("is measured over every binding and below, into a table, CSV, JSON and a page", async () => {
    const out = path.join(bench.folder, "measured");
    for (const device of ["wifi-1", "wifi-2", "wifi-3"]) {
      await bench.run("link", "set", device, "--loss", "0");
    }
    const { rows, files } = await bench.json<{
      rows: {
        device: string;
        wsn: string;
        binding: string;
        requests: number;
        pdr: number;
        rttP50Ms: number;
      }[];
      files: string[];
    }>("measure", "--requests", "5", "--timeout", "5s", "--out", out);
    expect(rows.map(({ device, binding }) => `${device} ${binding}`)).toEqual(
      ["wifi-1", "wifi-2", "wifi-3"].flatMap((device) =>
        ["http", "coap", "mqtt"].map((binding) => `${device} ${binding}`),
      ),
    );
    for (const row of rows) expect(row).toMatchObject({ wsn: "wifi", requests: 5, pdr: 1 });
    // The links are scaled to a fifth, yet part of every round trip.
    for (const { rttP50Ms } of rows) expect(rttP50Ms).toBeGreaterThan(4);
    expect(files.map((file) => path.basename(file))).toEqual([
      "measure.csv",
      "samples.csv",
      "measure.json",
      "report.html",
    ]);
    expect(csvRows(path.join(out, "samples.csv"))).toHaveLength(3 * 4 * 5);
  });

  it("writes what it measured into the forms of the directory, where the next registration keeps it", async () => {
    const { annotatedForms } = await bench.json<{ annotatedForms: number }>(
      ...["measure", "--requests", "2", "--timeout", "5s", "--bindings", "http,mqtt", "--annotate"],
    );
    expect(annotatedForms).toBe(3 * 2);
    const td = await bench.json<Described>("things", "--td", "wifi-1");
    const measured = td.actions.getData.forms.filter((form) => form["fog:pdr"] !== undefined);
    expect(measured.map(({ href }) => href.slice(0, 4))).toEqual(["http", "mqtt"]);
    for (const form of measured) {
      expect(form).toMatchObject({ "fog:pdr": 1, "fog:requests": 2 });
      expect(form["fog:rttMs"]).toBeGreaterThan(0);
    }
    const { code, stderr } = await bench.run("measure", "--annotate", "--qos", "1");
    expect([code, stderr]).toEqual([2, expect.stringContaining("the forms as they are")]);
  });

  it("runs the example that reads every temperature, whatever the radio", async () => {
    const { code, stdout } = await bench.run("run", example("read-temperature.ts"));
    expect(code).toBe(0);
    expect(stdout.match(/: \d+\.\d °C$/gm)).toHaveLength(3);
  });

  it("runs the example that is told when a threshold is exceeded, until Ctrl-C", async () => {
    const run = bench.start("run", example("alert-on-threshold.ts"), "1");
    await run.says("is above 1");
    run.child.kill("SIGINT");
    expect((await run.finished).code).toBe(0);
  });

  it("runs the example that senses by a loop of its own", async () => {
    const { code, stdout } = await bench.run("run", example("sensing-loop.ts"), "4");
    expect(code).toBe(0);
    expect(stdout.match(/^slot \d: wifi-\d /gm)).toHaveLength(4);
    expect(stdout).toMatch(/^RTT .* PDR /m);
  });

  it("runs a script from anywhere and tells where it failed", async () => {
    const script = path.join(bench.folder, "wrong.ts");
    fs.writeFileSync(
      script,
      "const thing = await things.consume('wifi-1');\nthrow new TypeError(typeof thing);\n",
    );
    const { code, stderr } = await bench.run("run", script);
    expect(code).toBe(1);
    expect(stderr).toContain("TypeError: object");
    expect(stderr).toContain("wrong.ts:2:");
  });
});

function example(name: string): string {
  return path.join(REPOSITORY, "mashups", "examples", name);
}

function csvRows(file: string): Record<string, string>[] {
  const [head = "", ...lines] = fs.readFileSync(file, "utf8").trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}
