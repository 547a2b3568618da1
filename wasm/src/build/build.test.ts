import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ManifestError } from "../manifest";
import { parseModule } from "../module";
import { packageRoot } from "../package-root";
import { type Built, buildProcessor } from "./build";
import { CompileError } from "./compile";

const EMA = path.join(packageRoot(), "processors", "ema");
let built: Built;
let folder: string;

beforeAll(async () => {
  built = await buildProcessor({ folder: EMA });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
  fs.cpSync(EMA, folder, { recursive: true });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("buildProcessor", () => {
  it("makes a module that V8 takes, without imports, start or names, its memory bounded", () => {
    expect(WebAssembly.validate(built.wasm)).toBe(true);
    const { imports, memories, sections, start } = parseModule(built.wasm);
    expect(imports).toEqual([]);
    expect(start).toBeNull();
    expect(memories).toMatchObject([{ minimum: 1, maximum: 1 }]);
    expect(sections.filter(({ id }) => id === 0)).toEqual([]);
  });

  it("makes the same bytes wherever the folder lies", async () => {
    const again = await buildProcessor({ folder });
    expect(Buffer.from(again.wasm).equals(built.wasm)).toBe(true);
  });

  it("tells the compiler's own words about a source that does not compile", async () => {
    const source = path.join(folder, "assembly", "index.ts");
    const text = fs.readFileSync(source, "utf8");
    fs.writeFileSync(source, text.replace("count++", "kount++"));
    const failure = await buildProcessor({ folder }).catch((error: unknown) => error);
    fs.writeFileSync(source, text);
    expect(failure).toBeInstanceOf(CompileError);
    expect(String(failure)).toContain("Cannot find name 'kount'");
  });

  it("refuses a manifest with path, got and wanted", async () => {
    const file = path.join(folder, "manifest.json");
    const text = fs.readFileSync(file, "utf8");
    fs.writeFileSync(file, text.replace('"fuelPerCall": 60000', '"fuelPerCall": -1'));
    const failure = await buildProcessor({ folder }).catch((error: unknown) => error);
    fs.writeFileSync(file, text);
    expect(failure).toBeInstanceOf(ManifestError);
    expect(String(failure)).toContain("/fuelPerCall: got -1, wanted must be >= 1");
  });
});
