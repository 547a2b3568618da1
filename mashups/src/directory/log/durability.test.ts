import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { compiledEntry } from "@fogwot/core";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { Directory } from "../directory";

jest.setTimeout(120_000);

const entry = compiledEntry(path.join(__dirname, "../test/register-child.ts"));
const children: ChildProcess[] = [];
let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "fogwot-directory-"));
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await fs.rm(folder, { recursive: true, force: true });
});

it("loses none of the changes it acknowledged when it is killed in mid-registration, five times over", async () => {
  const file = path.join(folder, "directory.jsonl");
  /** What was acknowledged last of each Thing, over all lives: its title, or null once deleted. */
  const known = new Map<string, string | null>();
  for (let kill = 1; kill <= 5; kill++) {
    const child = spawn(process.execPath, [entry, file], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    let count = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [sign, id = "", title = ""] = line.split(" ");
      known.set(id, sign === "+" ? title : null);
      // What still stands in the pipe after the kill was acknowledged too: read on to its end.
      if (++count === 150 * kill && !child.killed) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect([child.signalCode, count >= 150 * kill]).toEqual(["SIGKILL", true]);

    const directory = new Directory({ file });
    await directory.start();
    for (const [id, title] of known) {
      const stored = directory.get(id)?.title ?? null;
      // A change that was not acknowledged any more may be there all the same.
      const later = title === "first" ? ["first", "second", null] : ["second", null];
      expect({
        id,
        title,
        isLost: !(title === null ? [null] : later).includes(stored as string),
      }).toEqual({ id, title, isLost: false });
    }
    await directory.stop();
  }
  expect(known.size).toBeGreaterThan(300);
  expect(await fs.readdir(folder)).not.toContainEqual(expect.stringContaining("unreadable"));
});
