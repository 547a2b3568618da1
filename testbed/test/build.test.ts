import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { REPOSITORY, TESTBED } from "./support/fogwot";

jest.setTimeout(60_000);

let root: string;

beforeEach(() => {
  // A repository of one package with one file, and this one's compiler.
  root = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-build-"));
  fs.symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(root, "node_modules"));
  fs.copyFileSync(
    path.join(REPOSITORY, "tsconfig.base.json"),
    path.join(root, "tsconfig.base.json"),
  );
  write("tsconfig.json", '{ "extends": "../tsconfig.base.json", "include": ["src"] }');
  write("package.json", '{ "type": "commonjs" }');
  write("src/index.ts", "export const answer: number = 41;\n");
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string): void {
  const file = path.join(root, "testbed", name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

function ensureBuilt(): Promise<{ code: number | null; stderr: string }> {
  const build = path.join(TESTBED, "bin", "build.js");
  const program = `require(${JSON.stringify(build)}).ensureBuilt(${JSON.stringify(root)})`;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    child.on("close", (code) => resolve({ code, stderr }));
  });
}

function compiled(): string {
  return fs.readFileSync(path.join(root, "testbed", "dist", "src", "index.js"), "utf8");
}

/** Makes an edit newer than the build even where the file system's clock is coarse. */
function edit(text: string): void {
  write("src/index.ts", text);
  const later = new Date(Date.now() + 5_000);
  fs.utimesSync(path.join(root, "testbed", "src", "index.ts"), later, later);
}

describe("the command's own build", () => {
  it("compiles what was never compiled, once for all that start together", async () => {
    const results = await Promise.all([ensureBuilt(), ensureBuilt(), ensureBuilt()]);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(compiled()).toContain("41");
    const left = fs.readdirSync(path.join(root, "testbed", "dist"));
    expect(left.filter((name) => name.includes("lock"))).toEqual([]);
  });

  it("removes what a source that is gone was compiled to, since names are found in folders", async () => {
    write("src/policies/old/index.ts", "export const name: string = 'old';\n");
    await ensureBuilt();
    const folder = path.join(root, "testbed", "dist", "src", "policies");
    expect(fs.readdirSync(path.join(folder, "old"))).toContain("index.js");
    fs.rmSync(path.join(root, "testbed", "src", "policies"), { recursive: true });
    edit("export const answer: number = 43;\n");
    await ensureBuilt();
    expect(compiled()).toContain("43");
    expect(fs.existsSync(folder)).toBe(false);
  });

  it("compiles again after an edit, and not without one", async () => {
    await ensureBuilt();
    edit("export const answer: number = 42;\n");
    await ensureBuilt();
    expect(compiled()).toContain("42");
    // A mark that a compilation would remove.
    const output = path.join(root, "testbed", "dist", "src", "index.js");
    fs.appendFileSync(output, "// untouched\n");
    const past = new Date(Date.now() - 60_000);
    fs.utimesSync(path.join(root, "testbed", "src", "index.ts"), past, past);
    await ensureBuilt();
    expect(compiled()).toContain("untouched");
  });

  it("shows the compiler's words and fails when a source is wrong", async () => {
    await ensureBuilt();
    edit('export const answer: number = "no";\n');
    const { code, stderr } = await ensureBuilt();
    expect(code).toBe(1);
    expect(stderr).toContain("src/index.ts(1,14)");
  });

  it("takes the lock of a builder that died", async () => {
    fs.mkdirSync(path.join(root, "testbed", "dist"), { recursive: true });
    fs.writeFileSync(path.join(root, "testbed", "dist", ".build-lock"), "4194305\n");
    expect((await ensureBuilt()).code).toBe(0);
    expect(compiled()).toContain("41");
  });
});
