import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { ManifestError } from "../manifest";
import { MalformedModuleError, parseModule } from "../module";
import { packageRoot } from "../package-root";
import { sha256Hex } from "../sha256";
import { type Built, buildProcessor } from "./build";
import { cacheFolder } from "./cache";
import { CompileError } from "./compile";

// Runs of the compiler.
jest.setTimeout(120_000);

const CACHE = process.env.XDG_CACHE_HOME;
const EMA = path.join(packageRoot(), "processors", "ema");
let built: Built;
let folder: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
  process.env.XDG_CACHE_HOME = path.join(folder, "cache");
  built = await buildProcessor({ folder: EMA });
  fs.cpSync(EMA, folder, { recursive: true });
});
afterAll(() => {
  if (CACHE === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = CACHE;
  fs.rmSync(folder, { recursive: true, force: true });
});

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
    const again = await buildProcessor({ folder, isFresh: true });
    expect(Buffer.from(again.wasm).equals(built.wasm)).toBe(true);
  });

  it("reads what it compiled before, unless that is damaged", async () => {
    const [name = ""] = fs.readdirSync(cacheFolder());
    const kept = path.join(cacheFolder(), name, "module.wasm");
    // Proof that it is read: it is no module, with the hash of that.
    fs.writeFileSync(kept, "no module");
    const hash = sha256Hex(Buffer.from("no module"));
    fs.writeFileSync(path.join(path.dirname(kept), "sha256"), hash);
    await expect(buildProcessor({ folder })).rejects.toBeInstanceOf(MalformedModuleError);
    fs.writeFileSync(kept, "cut short");
    expect(Buffer.from((await buildProcessor({ folder })).wasm).equals(built.wasm)).toBe(true);
    expect(fs.readdirSync(cacheFolder())).toEqual([name]);
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
