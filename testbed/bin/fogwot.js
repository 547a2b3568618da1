#!/usr/bin/env node
// The committed entry of the command: builds what is missing or stale, then runs the compiled CLI.
// Plain JavaScript without dependencies, because it runs before anything is built.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `fogwot: Node ${process.versions.node} is too old; install Node 20.19 or newer\n`,
  );
  process.exit(1);
}

require("./build").ensureBuilt(path.resolve(__dirname, "..", ".."));

// Node 22 and newer keep compiled code between runs; on Node 20 the function does not exist.
const { enableCompileCache } = require("node:module");
if (typeof enableCompileCache === "function") enableCompileCache();

const main = path.join(__dirname, "..", "dist", "src", "cli", "main.js");
if (!fs.existsSync(main)) {
  process.stderr.write(`fogwot: ${main} is missing; run: npm ci && npm run build\n`);
  process.exit(1);
}
require(main).main(process.argv);
