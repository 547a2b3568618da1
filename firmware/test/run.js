"use strict";
/**
 * Runs every test of the firmware, plain and (where built) sanitized, prints one line per test and at the end
 * "N passed, N failed": `node run.js <build folder> [sanitized]`. A test program that dies counts as one failure.
 */
const { spawn } = require("node:child_process");
const path = require("node:path");

const [build, sanitized] = process.argv.slice(2);
const flavours = [
  { name: "plain", unit: "test/unit", board: "posix/fogwot-board" },
  ...(sanitized
    ? [{ name: "sanitized", unit: "sanitized/unit", board: "sanitized/fogwot-board" }]
    : []),
];

/** Runs one program, passing on its lines; resolves to its own count of what passed and failed. */
function run(label, file, options) {
  return new Promise((resolve) => {
    const child = spawn(file, options, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
    });
    child.on("error", (error) => {
      text += `${error.message}\n`;
    });
    child.on("close", (code, signal) => {
      const count = /^(\d+) passed, (\d+) failed\n$/m.exec(text);
      process.stdout.write(
        text.replace(/^(ok {6}|FAILED {2})/gm, `$1${label}: `).replace(/^\d+ passed.*\n/m, ""),
      );
      const died = count === null || (code !== 0 && count[2] === "0");
      if (died) process.stdout.write(`FAILED  ${label}: ${file} ended with ${signal ?? code}\n`);
      resolve({
        passed: Number(count?.[1] ?? 0),
        failed: Number(count?.[2] ?? 0) + (died ? 1 : 0),
      });
    });
  });
}

async function main() {
  let passed = 0;
  let failed = 0;
  for (const { name, unit, board } of flavours) {
    const processTest = [path.join(__dirname, "process-test.js"), path.resolve(build, board)];
    for (const counted of [
      await run(`${name} core`, path.resolve(build, unit), []),
      await run(`${name} board`, process.execPath, processTest),
    ]) {
      passed += counted.passed;
      failed += counted.failed;
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
