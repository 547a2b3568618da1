import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { REPOSITORY } from "../support/fogwot";
import { type Ran, RepositoryCopy } from "./repository-copy";

jest.setTimeout(240_000);

const DOCUMENT = readFileSync(path.join(REPOSITORY, "docs", "adding-a-device.md"), "utf8");
const COMMANDS = [...DOCUMENT.matchAll(/^```bash\n([\s\S]*?)^```/gm)].flatMap((match) =>
  (match[1] as string).trim().split("\n"),
);

describe("docs/adding-a-device.md, followed to the letter in a copy of the repository", () => {
  let copy: RepositoryCopy;
  let before: Map<string, string>;
  const ran: Ran[] = [];
  const output = (start: string): string =>
    ran.find(({ command }) => command.startsWith(start))?.output ?? "";

  beforeAll(async () => {
    copy = new RepositoryCopy();
    before = copy.sources();
    for (const command of COMMANDS) ran.push(await copy.run(command));
  });
  afterAll(() => copy?.[Symbol.asyncDispose]());

  it("every command ends well", () => {
    expect(COMMANDS).toHaveLength(5);
    expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
  });

  it("passes the device suite, the driver compliance suite in it", () => {
    expect(output("npx jest")).toMatch(/Tests: +\d{2} passed, \d{2} total/);
    expect(output("npx jest")).toContain("a silent device is a DeviceTimeoutError");
    expect(output("npx jest")).toContain("the frame rain-gauge-reading means what the Thing says");
  });

  it("its C tests are found and pass", () => {
    expect(output("make")).toMatch(/^ok .*a rain-gauge reaches from one end of its range/m);
    expect(output("make")).toMatch(/^\d+ passed, 0 failed$/m);
  });

  it("is served as a Thing and answers", () => {
    expect(output("npx fogwot measure")).toMatch(/wifi-1 .*http/);
  });

  it("edits no file that was there: every new one is a file of its own", () => {
    const after = copy.sources();
    const edited = [...before].filter(([name, digest]) => after.get(name) !== digest);
    expect(edited).toEqual([]);
    const made = [...after.keys()].filter((name) => !before.has(name));
    expect(made.filter((name) => !/rain-gauge|^garden\//.test(name))).toEqual([]);
    expect(made.filter((name) => name.includes("rain-gauge"))).toHaveLength(8);
  });
});
