import * as fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigError, packageRoot, startServient, UnreachableError } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { readCredentials } from "./credentials";
import { documentLines, totalLine } from "./report";
import { sourcesOf } from "./sources";
import { type Validated, validate } from "./validate";
import { validateAll } from "./validate-all";

const root = packageRoot(__dirname);
const factory = path.join(root, "sites", "factory");
const descriptions = path.join(root, "..", "thing-descriptions");
const golden = path.join(descriptions, "descriptions");
let folder: string;
const cleanups: (() => unknown)[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | object): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return file;
}

async function one(source: string): Promise<Validated> {
  const [checked, ...others] = await validate(source);
  expect(others).toEqual([]);
  return checked as Validated;
}

const LAMP = {
  "@context": "https://www.w3.org/2022/wot/td/v1.1",
  title: "Lamp",
  security: "nosec_sc",
  securityDefinitions: { nosec_sc: { scheme: "nosec" } },
};

async function serve(body: string, type: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/td`;
}

describe("validate", () => {
  it("finds the factory's files, every golden Thing Description and every Thing Model valid", async () => {
    const all = await validateAll([factory, descriptions], undefined, () => undefined);
    expect(all.filter(({ errors, warnings }) => errors + warnings > 0)).toEqual([]);
    const kinds = all.map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(
      new Set(["site file", "emulation file", "Thing Description", "Thing Model"]),
    );
    expect(kinds.filter((kind) => kind === "Thing Description")).toHaveLength(
      fs.readdirSync(golden).length,
    );
  });

  it("says path, got and wanted of a site file's fault", async () => {
    const { valid, findings } = await one(write("site.yaml", "site: a\nnodes: []\n"));
    expect(valid).toBe(false);
    expect(findings[0]).toMatchObject({ level: "error", path: "/nodes", got: "[]" });
  });

  it("holds anything else to the Thing Description rules, with the lines of the text", async () => {
    const checked = await one(write("td.json", '{\n  "title": 5\n}\n'));
    expect(checked).toMatchObject({ kind: "Thing Description", valid: false });
    expect(checked.findings).toContainEqual(
      expect.objectContaining({ path: "/title", line: 2, got: "5" }),
    );
  });

  it("tells the line of a syntax error and of a second member of one name", async () => {
    const broken = await one(write("broken.json", '{\n  "title": "x",\n  oops\n}'));
    expect(broken.findings[0]).toMatchObject({ level: "error", line: 3, got: '"oops"' });
    const text = JSON.stringify(LAMP, null, 2).replace('"title"', '"title": "a",\n  "title"');
    expect((await one(write("twice.td.json", text))).findings).toMatchObject([
      { level: "error", path: "/title", line: 4, got: 'a second member "title"' },
    ]);
  });

  it("looks at a Thing Model together with the files it names, and at the JSON-LD", async () => {
    const model = { "@context": LAMP["@context"], "@type": "tm:ThingModel" };
    const links = [{ rel: "tm:submodel", href: "./led.tm.jsonld", type: "application/tm+json" }];
    const file = write("lamp.tm.jsonld", { ...model, links });
    expect(await one(file)).toMatchObject({
      kind: "Thing Model",
      valid: true,
      findings: [{ level: "warning", path: "/links/0/href", line: 7 }],
    });
    write("led.tm.jsonld", model);
    expect((await one(file)).findings).toEqual([]);
    const circular = { ...LAMP, "@context": [LAMP["@context"], { a: "b:x", b: "a:y" }] };
    expect((await one(write("circular.td.json", circular))).findings).toMatchObject([
      { level: "error", path: "/@context", rule: "td-jsonld" },
    ]);
  });

  it("refuses a file that cannot be read, and a URL where nobody is", async () => {
    await expect(validate(path.join(folder, "none.json"))).rejects.toBeInstanceOf(ConfigError);
    await expect(validate("http://127.0.0.1:1/td")).rejects.toBeInstanceOf(UnreachableError);
    await expect(validate("gopher://127.0.0.1/td")).rejects.toBeInstanceOf(UnreachableError);
  });

  it("checks what a server answers: one description, a list of them, and its media type", async () => {
    const text = JSON.stringify(LAMP);
    expect(await one(await serve(text, "application/td+json"))).toMatchObject({ findings: [] });
    expect((await one(await serve(text, "text/html; charset=utf-8"))).findings).toMatchObject([
      { level: "warning", got: "served as text/html; charset=utf-8" },
    ]);
    const url = await serve(JSON.stringify([LAMP, { ...LAMP, title: 1 }]), "application/json");
    const [good, bad] = await validate(url);
    expect(good).toMatchObject({ source: `${url}#/0`, valid: true });
    expect(bad).toMatchObject({ source: `${url}#/1`, errors: 1 });
    expect(bad?.findings[0]).not.toHaveProperty("line");
  });

  it("asks a CoAP server for a Thing Description, and probes it: a lie has the line of its form", async () => {
    const server = await startServient({
      name: "lamp",
      coap: { port: 0 },
      http: { port: 0 },
      clients: [],
    });
    cleanups.push(() => server.stop());
    const thing = await server.wot.produce({
      ...LAMP,
      title: "lamp",
      properties: { isOn: { type: "boolean", readOnly: true } },
    } as never);
    thing.setPropertyReadHandler("isOn", async () => true);
    await thing.expose();
    expect(await one(`coap://127.0.0.1:${server.ports.coap}/lamp`)).toMatchObject({ valid: true });

    const td = structuredClone(thing.getThingDescription()) as unknown as Record<string, unknown>;
    const wrong = {
      ...td,
      properties: { isOn: { ...(td.properties as { isOn: object }).isOn, type: "integer" } },
    };
    const file = write("lamp.td.json", wrong);
    const options = { timeoutMs: 5_000, actions: false, writes: false, listenMs: 50 };
    const signal = new AbortController().signal;
    const [checked] = await validate(file, { ...options, signal });
    const lies = checked?.findings.filter(({ rule }) => rule === "td-server-data-schema") ?? [];
    expect(lies.length).toBeGreaterThanOrEqual(2);
    const lines = fs.readFileSync(file, "utf8").split("\n");
    for (const { path: place, line = 0, got } of lies) {
      expect(place).toMatch(/^\/(properties\/isOn\/)?forms\/\d+$/);
      expect(got).toContain("got true");
      expect(lines[line - 1]).toMatch(/\{$/);
    }
    expect(checked?.probe?.length).toBeGreaterThan(0);
  });
});

describe("validateAll", () => {
  it("goes on after what cannot be read, and says so as a finding", async () => {
    const good = write("good.td.json", LAMP);
    const all = await validateAll(
      [path.join(folder, "none.json"), good],
      undefined,
      () => undefined,
    );
    expect(all.map(({ valid }) => valid)).toEqual([false, true]);
    expect(all[0]?.findings).toMatchObject([{ level: "error", rule: "CONFIG" }]);
    expect(totalLine(all)).toBe("2 documents: 1 not valid, 1 error");
  });
});

describe("sourcesOf", () => {
  beforeEach(() => {
    write("a/lamp.td.json", LAMP);
    write("a/plain.json", LAMP);
    write("a/b/led.tm.jsonld", LAMP);
    write("a/b/site.yaml", "site: x\nnodes: []\n");
    write("a/no-context.json", { title: "x", securityDefinitions: {} });
    write("a/package.json", { name: "x" });
    write("a/vocabulary.jsonld", { "@context": {}, "@graph": [] });
    write("a/other.yaml", "x: 1\n");
    write("a/node_modules/x/y.td.json", LAMP);
    write("a/.hidden/y.td.json", LAMP);
  });
  const names = (...patterns: string[]): string[] =>
    sourcesOf(patterns.map((one) => path.join(folder, one))).map(({ name }) =>
      path.relative(folder, name),
    );

  it("takes from a folder what is or calls itself a document of ours", () => {
    expect(names("a")).toEqual([
      "a/b/led.tm.jsonld",
      "a/b/site.yaml",
      "a/lamp.td.json",
      "a/no-context.json",
      "a/plain.json",
    ]);
  });

  it.each([
    ["a/*.json", ["a/lamp.td.json", "a/no-context.json", "a/plain.json"]],
    ["a/**/*.{td,tm}.json*", ["a/b/led.tm.jsonld", "a/lamp.td.json"]],
    ["**/led.tm.jsonld", ["a/b/led.tm.jsonld"]],
    ["a/?/*.yaml", ["a/b/site.yaml"]],
  ])("understands %s where the shell has not", (pattern, found) => {
    expect(names(pattern)).toEqual(found);
  });

  it("takes what is named itself whatever it looks like, once, and URLs and stdin as they are", () => {
    expect(names("a/package.json", "a/package.json")).toEqual(["a/package.json"]);
    const others = ["-", "coap://127.0.0.1/x", "https://example.com/*"];
    expect(sourcesOf(others).map(({ name }) => name)).toEqual(others);
  });

  it("refuses a folder or pattern in which there is nothing", () => {
    fs.mkdirSync(path.join(folder, "empty"));
    expect(() => names("empty")).toThrow(ConfigError);
    expect(() => names("a/*.nothing")).toThrow(ConfigError);
  });
});

describe("the report", () => {
  it("has a line each finding as compilers have it, and the mend below", async () => {
    const file = write("td.json", '{\n  "title": 5\n}\n');
    const lines = documentLines(await one(file));
    expect(lines[0]).toMatch(/no valid Thing Description, \d errors$/);
    expect(lines).toContain(`  ${file}:2: error: /title: 5`);
    expect(lines.join("\n")).toContain("      mend: a string  [td-vocab-title--Thing]");
    expect(documentLines(await one(write("lamp.json", LAMP)))).toEqual([
      `${path.join(folder, "lamp.json")}: a valid Thing Description`,
    ]);
  });
});

describe("readCredentials", () => {
  it("takes a file that only its owner can read, and repeats nothing of it", () => {
    const file = write("secret.json", { username: "ada", password: "hunter2" });
    fs.chmodSync(file, 0o600);
    expect(readCredentials(file)).toEqual({ username: "ada", password: "hunter2" });
    fs.writeFileSync(file, '{"pass": "hunter2"}');
    expect(() => readCredentials(file)).toThrow(ConfigError);
    expect(() => readCredentials(file)).not.toThrow(/hunter2/);
    fs.writeFileSync(file, '{"token": "t"}');
    expect(readCredentials(file)).toEqual({ token: "t" });
    fs.chmodSync(file, 0o644);
    expect(() => readCredentials(file)).toThrow(/mode 0600/);
    expect(() => readCredentials(path.join(folder, "none"))).toThrow(ConfigError);
  });
});
