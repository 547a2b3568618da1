import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { repositoryRoot } from "../emulation/board-build";
import { UsageError } from "../errors";
import { newDevice } from "./new-device";

const MODEL = path.join("thing-descriptions", "models", "device.tm.jsonld");
let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
  fs.mkdirSync(path.dirname(path.join(root, MODEL)), { recursive: true });
  fs.copyFileSync(path.join(repositoryRoot(), MODEL), path.join(root, MODEL));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const options = {
  name: "rain-gauge",
  property: "rainfall",
  unit: "qudt-unit:MilliM",
  minimum: 0,
  maximum: 50,
};
const files = (): string[] =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

describe("newDevice", () => {
  it("leaves no placeholder in any file, and never writes over one", () => {
    const made = newDevice({ ...options, root });
    const texts = made.files.map((file) => fs.readFileSync(path.join(root, file), "utf8"));
    expect(texts.filter((text) => /@[A-Z_]+@/.test(text))).toEqual([]);
    expect(() => newDevice({ ...options, root })).toThrow(UsageError);
    expect(made.files.map((file) => fs.readFileSync(path.join(root, file), "utf8"))).toEqual(texts);
  });

  it.each([
    { name: "Rain" },
    { name: "9-rain" },
    { name: "rain_gauge" },
    { name: "int" },
    { name: "device" },
    { property: "Rainfall" },
    { property: "lastReading" },
    { unit: "mm" },
    { minimum: 50 },
    { maximum: 3_000_000 },
  ])("refuses %p and writes nothing", (wrong) => {
    expect(() => newDevice({ ...options, ...wrong, root })).toThrow(UsageError);
    expect(files()).toEqual(["device.tm.jsonld"]);
  });
});
