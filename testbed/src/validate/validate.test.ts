import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigError, packageRoot } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { validate } from "./validate";

const root = packageRoot(__dirname);
const factory = path.join(root, "sites", "factory");
const golden = path.join(root, "..", "thing-descriptions", "descriptions");
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("validate", () => {
  it("finds the factory's files and every golden Thing Description valid", async () => {
    const files = [
      path.join(factory, "site.yaml"),
      path.join(factory, "emulation.yaml"),
      ...fs.readdirSync(golden).map((name) => path.join(golden, name)),
    ];
    for (const file of files)
      expect(await validate(file)).toMatchObject({ valid: true, errors: 0 });
  });

  it("says path, got and wanted of a site file's fault", async () => {
    const file = path.join(folder, "site.yaml");
    fs.writeFileSync(file, "site: a\nnodes: []\n");
    const { valid, findings } = await validate(file);
    expect(valid).toBe(false);
    expect(findings[0]).toMatchObject({ level: "error", path: "/nodes", got: "[]" });
  });

  it("holds anything else to the Thing Description rules", async () => {
    const file = path.join(folder, "td.json");
    fs.writeFileSync(file, JSON.stringify({ title: "no context" }));
    expect(await validate(file)).toMatchObject({ kind: "Thing Description", valid: false });
  });

  it("refuses a file that cannot be read or parsed", async () => {
    await expect(validate(path.join(folder, "none.json"))).rejects.toBeInstanceOf(ConfigError);
    const file = path.join(folder, "broken.json");
    fs.writeFileSync(file, "{");
    await expect(validate(file)).rejects.toBeInstanceOf(ConfigError);
  });
});
