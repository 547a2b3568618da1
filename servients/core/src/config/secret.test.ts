import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readSecretFile, secretFromEnvironment } from "./secret";

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

  it("finds a name among the credentials of systemd, whose ACL shows as the group's bits", () => {
    const handed = path.join(folder, "credentials");
    mkdirSync(handed);
    const file = path.join(handed, "broker-password");
    writeFileSync(file, "from systemd\n");
    chmodSync(file, 0o440);
    const environment = { CREDENTIALS_DIRECTORY: handed };
    expect(readSecretFile("broker-password", environment)).toBe("from systemd");
    expect(readSecretFile(file, environment)).toBe("from systemd");
    expect(() => readSecretFile("../open", environment)).toThrow(/ENOENT/);
    chmodSync(file, 0o444);
    expect(() => readSecretFile("broker-password", environment)).toThrow(/mode 0444/);
  });

  it("takes a secret from a variable, or from the file that another one names", () => {
    const file = path.join(folder, "token");
    writeFileSync(file, "from a file\n", { mode: 0o600 });
    expect(secretFromEnvironment("X", { X: "direct", X_FILE: file })).toBe("direct");
    expect(secretFromEnvironment("X", { X_FILE: file })).toBe("from a file");
    expect(secretFromEnvironment("X", {})).toBeUndefined();
  });
});
