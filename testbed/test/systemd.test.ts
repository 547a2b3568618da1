import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { findProgram } from "../src/doctor/find-program";
import { REPOSITORY, TESTBED } from "./support/fogwot";

const UNITS = path.join(TESTBED, "systemd");
const analyze = findProgram("systemd-analyze");

describe("systemd units", () => {
  it.each(fs.readdirSync(UNITS))("%s starts a part of the site that the command knows", (name) => {
    const unit = fs.readFileSync(path.join(UNITS, name), "utf8");
    const start = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
    expect(start).toMatch(/ up \/etc\/fogwot\/site\.yaml --only (server|%i)$/);
    const file = /\/opt\/fogwot\/(\S+)/.exec(start)?.[1] ?? "";
    expect(fs.existsSync(path.join(REPOSITORY, file))).toBe(true);
  });

  // Only where systemd is: on other systems nobody will start them.
  const verified = analyze ? it : it.skip;
  verified.each(fs.readdirSync(UNITS))(
    "%s passes systemd-analyze verify without a word",
    (name) => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-units-"));
      const unit = fs.readFileSync(path.join(UNITS, name), "utf8");
      const copy = path.join(folder, name);
      // verify looks whether the programs are there, which they are after an installation only.
      fs.writeFileSync(
        copy,
        unit.replaceAll("/usr/bin/node", process.execPath).replaceAll("/opt/fogwot", REPOSITORY),
      );
      const { status, stderr, stdout } = spawnSync(analyze ?? "", ["verify", copy]);
      fs.rmSync(folder, { recursive: true });
      expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: "" });
    },
  );
});
