import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

const BIN = path.join(packageRoot(__dirname), "bin", "fogwot.js");
const LAMP = {
  "@context": "https://www.w3.org/2022/wot/td/v1.1",
  title: "Lamp",
  security: "nosec_sc",
  securityDefinitions: { nosec_sc: { scheme: "nosec" } },
};
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
  fs.writeFileSync(path.join(folder, "lamp.td.json"), JSON.stringify(LAMP, null, 2));
  const misspelt = JSON.stringify({ ...LAMP, discription: "x" }, null, 2);
  fs.writeFileSync(path.join(folder, "misspelt.td.json"), misspelt);
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, "validate", ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe("fogwot validate", () => {
  it("ends with 0 where all is valid, with 1 where something is not, with 2 where it is used wrongly", () => {
    expect(run(["lamp.td.json"])).toMatchObject({ status: 0 });
    fs.writeFileSync(path.join(folder, "bad.td.json"), '{\n  "title": 5\n}');
    const { status, stdout } = run(["."]);
    expect(status).toBe(1);
    expect(stdout).toContain("  bad.td.json:2: error: /title: 5");
    expect(stdout).toContain("3 documents: 1 not valid");
    expect(run([])).toMatchObject({ status: 2 });
    expect(run(["none.json"])).toMatchObject({ status: 2 });
  });

  it("reads stdin, and ends in one JSON object", () => {
    const { status, stdout } = run(["-", "--json"], JSON.stringify(LAMP));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ source: "-", valid: true, documents: [{}] });
    expect(run(["-"], '{"title": "x",}')).toMatchObject({ status: 1 });
  });

  it("takes a warning for an error only where it is told to", () => {
    const { status, stdout } = run(["misspelt.td.json"]);
    expect(status).toBe(0);
    expect(stdout).toContain('mend: "description", or');
    expect(run(["misspelt.td.json", "--strict"])).toMatchObject({ status: 1 });
  });
});
