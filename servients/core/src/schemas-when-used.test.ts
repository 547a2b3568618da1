import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { packageRoot } from "./package-root";

/** What a new process has compiled by then, and what a validator answers. */
const PROGRAM = `
const { Ajv } = require("ajv");
let compiled = 0;
const { compile } = Ajv.prototype;
Ajv.prototype.compile = function (...all) { compiled++; return compile.apply(this, all); };
require(process.argv[1]);
const loaded = compiled;
const { Helpers } = require("@node-wot/core");
const check = (init) => Helpers.validateExposedThingInit(init);
const answers = [check({ title: "lamp" }), check({ title: 5 }), check({ title: "lamp" })];
console.log(JSON.stringify({ loaded, answers, compiled }));
`;

describe("@fogwot/core", () => {
  it("compiles no schema of node-wot before one is validated with, and that one once", () => {
    const root = packageRoot(__dirname);
    const entry = path.join(root, "dist", "src", "schemas-when-used.js");
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", PROGRAM, entry], {
      cwd: root,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      loaded: 0,
      answers: [{ valid: true }, { valid: false, errors: "must be string" }, { valid: true }],
      compiled: 1,
    });
  });
});
