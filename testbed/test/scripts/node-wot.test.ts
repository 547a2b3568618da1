import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { REPOSITORY, type Started, TESTBED, until, Workbench } from "../support/fogwot";

jest.setTimeout(120_000);

const example = (name: string): string => path.join(REPOSITORY, "mashups/examples/node-wot", name);
const FREE_PORTS = ["--http-port", "0", "--coap-port", "0"];

let bench: Workbench;
beforeAll(() => {
  bench = new Workbench();
});
afterAll(() => bench.close());

function script(name: string, text: string): string {
  const file = path.join(bench.folder, name);
  fs.writeFileSync(file, text);
  return file;
}

describe("scripts as they are written for node-wot", () => {
  let blinds: Started;
  let url: string;
  beforeAll(async () => {
    blinds = bench.start("run", "--no-site", ...FREE_PORTS, example("blinds.js"));
    await blinds.says("the blinds are ready");
    await until(() => blinds.stderr.includes("is exposed at"), "the URL was told");
    url = /is exposed at (\S+)/.exec(blinds.stderr)?.[1] ?? "";
  });

  it("expose a Thing until Ctrl-C, which is no failure", async () => {
    const answer = await fetch(`${url}/properties/position`);
    expect(await answer.json()).toBe(0);
    const client = bench.start("run", "--no-site", example("blinds-client.js"), url);
    await client.says("done");
    expect(client.stdout.trimEnd().split("\n")).toEqual([
      "blinds-client.js found Blinds",
      "position: 0",
      "label: kitchen",
      "moving to 40 %",
      "arrived at 40, seen on the way: true",
      "and 5 % more over coap",
      "jam: 500, Internal error",
      "done",
    ]);
    // An open subscription keeps it, and Ctrl-C ends it as intended.
    client.child.kill("SIGINT");
    expect((await client.finished).code).toBe(0);
    blinds.child.kill("SIGINT");
    expect(await blinds.finished).toMatchObject({ code: 0, stdout: "the blinds are ready\n" });
  });
});

describe("a script that exposes Things on a site", () => {
  it("has them in its directory as long as they are exposed", async () => {
    const file = script(
      "lamps.ts",
      `async function found() {
  const ids = [];
  for await (const { id } of await WoT.discover()) if (id.startsWith("urn:test:")) ids.push(id);
  return ids.sort().join();
}
async function expose(name) {
  const lamp = await WoT.produce({ id: "urn:test:" + name, title: name, properties: { on: { type: "boolean" } } } as never);
  lamp.setPropertyReadHandler("on", async () => true);
  await lamp.expose();
  return lamp;
}
const [one, two] = [await expose("one"), await expose("two")];
while ((await found()) !== "urn:test:one,urn:test:two");
await one.destroy();
console.log("left:", await found());
await two.destroy();
console.log("in the end:", await found());
`,
    );
    const site = path.join(TESTBED, "sites", "wifi");
    const done = await bench.run("run", "--ephemeral", "-s", site, ...FREE_PORTS, file);
    expect(done).toMatchObject({ code: 0, stdout: "left: urn:test:two\nin the end: \n" });
  });
});

describe("a script", () => {
  it("ends when nothing is left to do, whatever it did not wait for, over every binding", async () => {
    const file = script(
      "loop.ts",
      `const lamp = await WoT.produce({ title: "lamp", properties: { on: { type: "boolean" } } } as never);
      lamp.setPropertyReadHandler("on", async () => true);
      await lamp.expose();
      require("./helper.js").read(lamp.getThingDescription()).then(async (values: unknown[]) => {
        console.log(JSON.stringify(values));
        setTimeout(() => lamp.destroy().then(() => console.log("destroyed")), 20);
      });`,
    );
    script(
      "helper.js",
      `module.exports.read = async (td) => Promise.all(["http", "coap"].map(async (binding) => {
        const lamp = await WoT.consume(td, { binding });
        return (await lamp.readProperty("on")).value();
      }));`,
    );
    expect(await bench.run("run", "--no-site", ...FREE_PORTS, file)).toMatchObject({
      code: 0,
      stdout: "[true,true]\ndestroyed\n",
    });
  });

  it("fails with the place of what nobody caught, and of what can never come", async () => {
    const late = script(
      "late.js",
      "\nsetTimeout(() => { throw new RangeError('too late'); }, 5);\n",
    );
    const uncaught = await bench.run("run", "--no-site", late);
    expect([uncaught.code, uncaught.stderr]).toEqual([
      1,
      expect.stringMatching(/RangeError: too late\n.*late\.js:2:/),
    ]);
    const never = script("never.js", "await new Promise(() => undefined);\n");
    const waiting = await bench.run("run", "--no-site", never);
    expect([waiting.code, waiting.stderr]).toEqual([
      1,
      expect.stringContaining("waits for what can never come"),
    ]);
  });
});
