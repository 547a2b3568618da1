// Removes compiled files whose source is gone. The compiler leaves them, and since commands, policies
// and drivers are found by folder name, what was deleted would go on being offered.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const OUTPUT = /\.(d\.ts|d\.ts\.map|js|js\.map)$/;

/** @param {string} folder a package with `dist/src` and `dist/test` beside `src` and `test` */
function prune(folder) {
  for (const part of ["src", "test"]) {
    pruneFolder(path.join(folder, "dist", part), path.join(folder, part));
  }
}

function pruneFolder(compiled, source) {
  if (!fs.existsSync(compiled)) return;
  for (const entry of fs.readdirSync(compiled, { withFileTypes: true })) {
    const file = path.join(compiled, entry.name);
    if (entry.isDirectory()) {
      pruneFolder(file, path.join(source, entry.name));
      if (fs.readdirSync(file).length === 0) fs.rmdirSync(file);
    } else if (OUTPUT.test(entry.name)) {
      const origin = path.join(source, entry.name.replace(OUTPUT, ".ts"));
      if (!fs.existsSync(origin)) fs.rmSync(file);
    }
  }
}

module.exports = { prune };
