import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { hashPassword, nobodysHash, PASSWORD_HASH_PATTERN, verifyPassword } from "./password-hash";

describe("password hashes", () => {
  it("are of mosquitto's form, never twice the same, and verify only the password", async () => {
    const hash = await hashPassword("geheim – ключ", { iterations: 1_000 });
    expect(hash).toMatch(new RegExp(PASSWORD_HASH_PATTERN));
    expect(await hashPassword("geheim – ключ", { iterations: 1_000 })).not.toBe(hash);
    expect(await verifyPassword("geheim – ключ", hash)).toBe(true);
    expect(await verifyPassword("geheim – ключ ", hash)).toBe(false);
    expect(await verifyPassword("", hash)).toBe(false);
  });

  it("made by mosquitto_passwd are understood", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fogwot-passwd-"));
    try {
      const file = path.join(folder, "passwords");
      execFileSync("mosquitto_passwd", ["-b", "-c", file, "alice", "wonder land"]);
      const [name, hash = ""] = readFileSync(file, "utf8").trim().split(":");
      expect(name).toBe("alice");
      expect(hash).toMatch(new RegExp(PASSWORD_HASH_PATTERN));
      expect(await verifyPassword("wonder land", hash)).toBe(true);
      expect(await verifyPassword("wonderland", hash)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("of another form, or of a cost that would stop the process, are nobody's", async () => {
    const good = await hashPassword("x", { iterations: 1_000 });
    const bad = ["", "x", "$6$salt$hash", good.replace("$1000$", "$99999999$"), nobodysHash(good)];
    for (const hash of bad) expect([hash, await verifyPassword("x", hash)]).toEqual([hash, false]);
  });
});
