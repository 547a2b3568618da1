import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readSecretFile } from "./secret";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fogwot-secret-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("readSecretFile", () => {
  it("reads a secret that only its owner can read, without the line end", () => {
    const file = path.join(folder, "good");
    writeFileSync(file, "a b\n", { mode: 0o600 });
    expect(readSecretFile(file)).toBe("a b");
  });

  it("refuses one that others can read, and says the mend but not the secret", () => {
    const file = path.join(folder, "open");
    writeFileSync(file, "tell-nobody");
    chmodSync(file, 0o644);
    expect(() => readSecretFile(file)).toThrow(/mode 0644.*chmod 600/);
    expect(() => readSecretFile(file)).not.toThrow(/tell-nobody/);
  });

  it("names a file that is missing", () => {
    expect(() => readSecretFile(path.join(folder, "none"))).toThrow(/none.*ENOENT/);
  });
});
