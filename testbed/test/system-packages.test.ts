import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { TESTBED } from "./support/fogwot";

const SCRIPT = path.join(TESTBED, "scripts", "system-packages.js");

describe("system-packages", () => {
  it("does nothing and says nothing when everything is there", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT]);
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: "" });
  });

  it("names what is missing in one line and fails where it may not install", () => {
    const program = `process.getuid = () => 1000; process.env.PATH = "/nonexistent";
      require("node:module")._load(${JSON.stringify(SCRIPT)}, null, true);`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", program]);
    expect(status).toBe(1);
    const lines = String(stderr).trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/apt-get install .*gcc.*libcoap3-bin/);
  });
});
