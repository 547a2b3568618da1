import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { compiledEntry } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs the compiled loader in a process of its own: jest replaces require, which is what is tested. */
function run(files: Readonly<Record<string, string>>): unknown {
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, name), text);
  }
  const loader = compiledEntry(path.join(__dirname, "load-script.ts"));
  const script = path.join(folder, Object.keys(files)[0] ?? "");
  const program = `
    const said = [];
    require(${JSON.stringify(loader)})
      .runScript(${JSON.stringify(script)}, { WoT: "the API", say: (value) => said.push(value) })
      .then(() => console.log(JSON.stringify({ said })),
            (error) => console.log(JSON.stringify({ said, code: error.code, message: error.message })));`;
  const printed = execFileSync(process.execPath, ["-e", program], { cwd: os.tmpdir() });
  return JSON.parse(printed.toString("utf8"));
}

describe("runScript", () => {
  it("runs TypeScript with await at its top level, and ends when the script does", () => {
    const text = `
      interface Answer { readonly value: number }
      const answer: Answer = await new Promise((resolve) => setTimeout(() => resolve({ value: 42 }), 5));
      say([WoT, answer.value]);`;
    expect(run({ "script.ts": text })).toEqual({ said: [["the API", 42]] });
  });

  it("runs JavaScript that requires as well as JavaScript that imports", () => {
    const required = 'const path = require("node:path"); say(path.basename(__filename));';
    expect(run({ "a.js": required })).toEqual({ said: ["a.js"] });
    const imported = 'import * as path from "node:path"; say(path.basename(__dirname) !== "");';
    expect(run({ "b.mjs": imported })).toEqual({ said: [true] });
  });

  it("finds our packages from anywhere on disk, and TypeScript beside the script", () => {
    const text = `
      import { createRng } from "@fogwot/core";
      import { twice } from "./twice";
      say([typeof createRng, twice(21)]);`;
    const twice = "export const twice = (value: number): number => value * 2;";
    expect(run({ "script.ts": text, "twice.ts": twice })).toEqual({ said: [["function", 42]] });
  });

  it("waits for a default export that is a function, and hands it the globals", () => {
    const text = "export default async ({ WoT, say }: any) => { await null; say(WoT); };";
    expect(run({ "script.ts": text })).toEqual({ said: ["the API"] });
  });

  it("tells where a script failed, by the lines of the script itself", () => {
    const text =
      "\n\nconst fail = (): never => {\n  throw new RangeError('too far');\n};\nfail();\n";
    const failed = run({ "script.ts": text }) as { code: string; message: string };
    expect(failed.code).toBe("SCRIPT");
    expect(failed.message).toContain("RangeError: too far");
    expect(failed.message).toMatch(/script\.ts:4:\d+/);
    expect(failed.message).toMatch(/script\.ts:6:\d+/);
  });

  it("tells where a script cannot be compiled", () => {
    const failed = run({ "script.ts": "say(1);\nconst = 3;\n" }) as { message: string };
    expect(failed).toMatchObject({ said: [], code: "SCRIPT" });
    expect(failed.message).toContain("script.ts:2");
    expect(failed.message).not.toContain("Stack backtrace");
  });
});
