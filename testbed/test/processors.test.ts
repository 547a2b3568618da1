import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { RULES } from "@fogwot/wasm";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { loadSecretKey } from "../src/keys/publisher-keys";
import { publishProcessor } from "../src/processors/publish-processor";
import { REPOSITORY, Workbench } from "./support/fogwot";

jest.setTimeout(120_000);

const DOCUMENT = fs.readFileSync(path.join(REPOSITORY, "docs", "processors.md"), "utf8");
const SCRIPT = /^```bash\n([\s\S]*?)^```/m.exec(DOCUMENT)?.[1] ?? "";

let bench: Workbench;
let output: string;
/** Where the document's commands have worked. */
let work: string;

beforeAll(async () => {
  bench = new Workbench();
  output = await bash(`${SCRIPT}\npwd`);
  work = output.trim().split("\n").at(-1) ?? "";
});
afterAll(() => bench.close());

/** @returns what it says; fails with the first command that does */
function bash(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = spawn("bash", ["-e", "-c", script], {
      cwd: REPOSITORY,
      env: bench.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.on("data", (data: Buffer) => {
        said += data.toString();
      });
    }
    shell.once("close", (code) =>
      code === 0 ? resolve(said) : reject(new Error(`bash ended with ${code}: ${said}`)),
    );
  });
}

describe("docs/processors.md, followed to the letter in an empty folder", () => {
  it("makes, tests, signs and shows a processor", () => {
    expect(SCRIPT.split("\n").filter((line) => line.startsWith("fogwot"))).toHaveLength(6);
    expect(output).toMatch(/^gain: 3 vectors, 9 steps, on V8 and on its twin: 0 failed$/m);
    expect(output).toMatch(/^made gain\/build\/gain.wasm: gain 1.0.0, publication 1$/m);
    expect(output).toMatch(/^fuel +metered$/m);
    expect(output).toMatch(/^signed by +[0-9a-f]{32}$/m);
  });

  it("keeps the secret key to its owner, and never writes over one", async () => {
    const mode = (file: string): number => fs.statSync(path.join(work, "keys", file)).mode & 0o777;
    expect([mode("alice.key.json"), mode("alice.pub.json")]).toEqual([0o600, 0o644]);
    const again = await bench.run("keys", "new", "alice", "--folder", path.join(work, "keys"));
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("is there already") });
  });

  it("leaves a published module as it is when it is published again", async () => {
    const key = loadSecretKey(path.join(work, "keys", "alice.key.json"));
    const target = path.join(work, "gain", "build", "gain.wasm");
    const before = fs.readFileSync(target);
    expect((await publishProcessor({ target, key })).did).toBe("kept");
    expect(fs.readFileSync(target).equals(before)).toBe(true);
  });

  it("says which step of which vector came out otherwise, on what, and fails", async () => {
    const folder = path.join(work, "gain");
    const twin = path.join(folder, "twin.ts");
    fs.writeFileSync(twin, fs.readFileSync(twin, "utf8").replace("* gain + offset", "* gain"));
    const { code, stdout } = await bench.run("processor", "test", folder);
    expect(code).toBe(1);
    const failed = "not ok  a configuration is taken up between two frames, step 0, on twin";
    expect(stdout).toContain(failed);
    expect(stdout).not.toContain("on wasm");
  });

  it("names every rule by which a node refuses, and no other", () => {
    const named = [...DOCUMENT.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)];
    expect(Object.fromEntries(named.map(([, rule, why]) => [rule, why]))).toEqual(RULES);
  });
});
