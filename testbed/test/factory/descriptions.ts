import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { explain } from "@fogwot/thing-descriptions";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { REPOSITORY } from "../support/fogwot";
import type { RunningFactory } from "./running-factory";

type Td = Readonly<Record<string, unknown>> & { readonly id: string };

const GOLDEN = path.join(REPOSITORY, "thing-descriptions", "descriptions");
const NAMES = [
  ...["wifi-1", "wifi-2", "wifi-3", "wifi", "fog-wifi"],
  ...["zig-1", "zig-2", "zig-3", "zigbee", "fog-zigbee"],
  ...["ble-1", "ble", "fog-ble"],
  ...["robot-1", "rs232", "fog-robot"],
];
/** Node → where its site file has HTTP and CoAP. */
const PORTS = [
  ["fog-wifi", 18090, 18091],
  ["fog-zigbee", 18092, 18093],
  ["fog-ble", 18094, 18095],
  ["fog-robot", 18096, 18097],
] as const;

export function describeDescriptions(factory: RunningFactory): void {
  /** By the end of its id: every Thing as the directory lists it, and the directory itself. */
  const described = new Map<string, Td>();
  /** Where the site is → where its file says it would be. */
  let moved: readonly (readonly [string, string])[] = [];

  beforeAll(async () => {
    moved = [
      ...PORTS.flatMap(([node, http, coap]) => [
        [`${factory.url(node, "http")}/`, `http://127.0.0.1:${http}/`] as const,
        [`${factory.url(node, "coap")}/`, `coap://127.0.0.1:${coap}/`] as const,
      ]),
      [factory.brokerUrl, "mqtt://127.0.0.1:18083"],
    ];
    for (const td of await factory.get<Td[]>(`${factory.serverUrl}/things?limit=100`)) {
      const { registration, ...own } = td;
      described.set(td.id.split(":").at(-1) ?? "", own as Td);
    }
    described.set("directory", await factory.get(`${factory.serverUrl}/.well-known/wot`));
  });

  function descriptionOf(name: string): Td {
    const td = described.get(name);
    if (!td) throw new TypeError(`${name} is not registered`);
    return td;
  }

  describe("what the factory site exposes", () => {
    it("is its devices, a network each radio and line, and its nodes", () => {
      expect([...described.keys()].sort()).toEqual([...NAMES, "directory"].sort());
    });

    it.each(NAMES)(
      "%s is described as its golden file has it (UPDATE_GOLDEN=1 rewrites it)",
      (name) => {
        const { "@context": context, ...rest } = descriptionOf(name);
        // The directory adds the context of its own vocabulary.
        const discovery = "https://www.w3.org/2022/wot/discovery";
        const own = [context].flat().filter((one) => one !== discovery);
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

    // Things of one model differ in names and ports only, and the tool is slow.
    it("fails no assertion of W3C's tester", async () => {
      const names = ["ble-1", "robot-1", "wifi", "fog-wifi", "directory"];
      const results = await assertionResults(names.map(descriptionOf));
      expect(results.filter(({ Status }) => Status === "fail")).toEqual([]);
      expect(results.filter(({ Status }) => Status === "pass").length).toBeGreaterThan(190);
    });
  });
}

interface AssertionResult {
  readonly ID: string;
  readonly Status: "pass" | "fail" | "not-impl";
  readonly Comment?: unknown;
}

function assertionResults(tds: readonly Td[]): Promise<AssertionResult[]> {
  return new Promise((resolve, reject) => {
    const tester = execFile(
      process.execPath,
      ["--no-warnings", path.join(__dirname, "..", "playground", "assertions.js")],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout))),
    );
    tester.stdin?.end(JSON.stringify(tds));
  });
}
