import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { explain } from "@fogwot/thing-descriptions";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { FACTORY, REPOSITORY, type Started, Workbench } from "../support/fogwot";

jest.setTimeout(180_000);

type Td = Readonly<Record<string, unknown>> & { readonly id: string };

const GOLDEN = path.join(REPOSITORY, "thing-descriptions", "descriptions");
const NAMES = ["wifi-1", "wifi-2", "wifi-3", "wifi", "fog-wifi"];

let bench: Workbench;
let up: Started;
/** By the end of its id: every Thing as the directory lists it, and the directory itself. */
const described = new Map<string, Td>();
/** Where the site is → where its file says it would be. */
let moved: readonly (readonly [string, string])[] = [];

beforeAll(async () => {
  bench = new Workbench();
  up = bench.start("up", FACTORY, "--port-base", "0");
  await up.says("site factory is up");
  const { server, nodes } = bench.runInfo();
  const { http, coap } = nodes[0]?.ports ?? {};
  moved = [
    [`http://127.0.0.1:${http}/`, "http://127.0.0.1:18090/"],
    [`coap://127.0.0.1:${coap}/`, "coap://127.0.0.1:18091/"],
    [`${server?.brokerUrl}`, "mqtt://127.0.0.1:18083"],
  ];
  const get = async (url: string): Promise<unknown> => (await fetch(url)).json();
  for (const td of (await get(`${server?.directoryUrl}`)) as Td[]) {
    const { registration, ...own } = td;
    described.set(td.id.split(":").at(-1) ?? "", own as Td);
  }
  described.set("directory", (await get(`${server?.url}/.well-known/wot`)) as Td);
});
afterAll(async () => {
  up.child.kill("SIGTERM");
  await up.finished;
  await bench.close();
});

function descriptionOf(name: string): Td {
  const td = described.get(name);
  if (!td) throw new TypeError(`${name} is not registered`);
  return td;
}

describe("what the factory site exposes", () => {
  it.each(NAMES)(
    "%s is described as its golden file has it (UPDATE_GOLDEN=1 rewrites it)",
    (name) => {
      const { "@context": context, ...rest } = descriptionOf(name);
      // The directory adds the context of its own vocabulary.
      const own = [context].flat().filter((one) => one !== "https://www.w3.org/2022/wot/discovery");
      let text = `${JSON.stringify({ "@context": own, ...rest }, null, 2)}\n`;
      for (const [here, there] of moved) text = text.replaceAll(here, there);
      const file = path.join(GOLDEN, `${name}.td.jsonld`);
      if (process.env.UPDATE_GOLDEN === "1") fs.writeFileSync(file, text);
      expect(JSON.parse(text)).toEqual(JSON.parse(fs.readFileSync(file, "utf8")));
    },
  );

  it.each([...NAMES, "directory"])("%s has nothing to remark, not even a warning", (name) => {
    expect(explain(JSON.stringify(descriptionOf(name)))).toEqual([]);
  });

  // Sensors of one type differ in names and ports only, and the tool is slow.
  it("fails no assertion of W3C's tester", async () => {
    const tds = ["wifi-1", "wifi", "fog-wifi", "directory"].map(descriptionOf);
    const results = await assertionResults(tds);
    expect(results.filter(({ Status }) => Status === "fail")).toEqual([]);
    expect(results.filter(({ Status }) => Status === "pass").length).toBeGreaterThan(190);
  });
});

interface AssertionResult {
  readonly ID: string;
  readonly Status: "pass" | "fail" | "not-impl";
  readonly Comment?: unknown;
}

function assertionResults(tds: readonly Td[]): Promise<AssertionResult[]> {
  return new Promise((resolve, reject) => {
    const tester = execFile(
      process.execPath,
      ["--no-warnings", path.join(__dirname, "assertions.js")],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout))),
    );
    tester.stdin?.end(JSON.stringify(tds));
  });
}
