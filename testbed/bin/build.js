// Compiles the workspaces when a source is newer than the last build. Several commands may start
// at once: one builds, the others wait for it.
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { prune } = require("./prune");

const PACKAGES = ["thing-descriptions", "servients/core", "servients/fog", "mashups", "testbed"];
const QUIET_MS = 2000;
const LOCK_WAIT_MS = 5 * 60_000;
const POLL_MS = 100;

/** @param {string} root the repository's folder */
function ensureBuilt(root) {
  const stamp = path.join(root, "testbed", "dist", ".built");
  if (!isStale(root, stamp)) return;
  const tsc = findTsc(root);
  if (tsc === undefined) {
    // An installation without the compiler runs what it has; the caller says so when there is nothing.
    return;
  }
  let release;
  try {
    fs.mkdirSync(path.dirname(stamp), { recursive: true });
    release = acquire(path.join(path.dirname(stamp), ".build-lock"));
  } catch (error) {
    // A service's user may not write here: it runs what its administrator has built.
    if (["EACCES", "EPERM", "EROFS"].includes(error.code)) return;
    throw error;
  }
  try {
    if (isStale(root, stamp)) build(root, tsc, stamp);
  } finally {
    release();
  }
}

/** Whether a package has no build, or a source or a configuration changed after the last one. */
function isStale(root, stamp) {
  const packages = PACKAGES.filter((name) => fs.existsSync(path.join(root, name, "tsconfig.json")));
  if (packages.length === 0) return false;
  const builtMs = modifiedMs(stamp);
  if (builtMs === undefined) return true;
  if ((modifiedMs(path.join(root, "tsconfig.base.json")) ?? 0) > builtMs) return true;
  return packages.some((name) => {
    const folder = path.join(root, name);
    if (!fs.existsSync(path.join(folder, "dist", "src", "index.js"))) return true;
    if ((modifiedMs(path.join(folder, "tsconfig.json")) ?? 0) > builtMs) return true;
    return (
      hasNewer(path.join(folder, "src"), builtMs) || hasNewer(path.join(folder, "test"), builtMs)
    );
  });
}

/** A folder's own time changes when a file comes or goes, a file's when it is edited. */
function hasNewer(folder, builtMs) {
  const ownMs = modifiedMs(folder);
  if (ownMs === undefined) return false;
  if (ownMs > builtMs) return true;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() ? hasNewer(file, builtMs) : isNewerSource(file, builtMs)) return true;
  }
  return false;
}

function isNewerSource(file, builtMs) {
  return file.endsWith(".ts") && (modifiedMs(file) ?? 0) > builtMs;
}

function modifiedMs(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function findTsc(root) {
  try {
    const manifest = require.resolve("typescript/package.json", { paths: [root] });
    return path.join(path.dirname(manifest), "bin", "tsc");
  } catch {
    return undefined;
  }
}

function build(root, tsc, stamp) {
  // Taken before the build: an edit made while it runs makes the next start build again.
  const startedAt = new Date();
  const hint = spawnHint("fogwot: compiling, the first time takes a few seconds …\n");
  const packages = PACKAGES.filter((name) => fs.existsSync(path.join(root, name, "tsconfig.json")));
  const result = spawnSync(process.execPath, [tsc, "-b", ...packages], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  hint.kill();
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    process.stderr.write("fogwot: the build failed; the messages above say where\n");
    process.exit(1);
  }
  for (const name of packages) prune(path.join(root, name));
  fs.writeFileSync(stamp, `${startedAt.toISOString()}\n`);
  fs.utimesSync(stamp, startedAt, startedAt);
}

/** Says on stderr that it takes a while, but only when it does: spawnSync blocks our own timers. */
function spawnHint(text) {
  const script = `setTimeout(() => process.stderr.write(${JSON.stringify(text)}), ${QUIET_MS}); setTimeout(() => {}, ${QUIET_MS + 10})`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "ignore", "inherit"] });
  child.on("error", () => undefined);
  child.unref();
  return child;
}

/** A lock file holding its owner's pid; a dead owner's lock is taken over. */
function acquire(lock) {
  const own = `${lock}.${process.pid}`;
  fs.writeFileSync(own, `${process.pid}\n`);
  const deadline = Date.now() + LOCK_WAIT_MS;
  try {
    for (;;) {
      try {
        fs.linkSync(own, lock);
        return () => fs.rmSync(lock, { force: true });
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      dropDeadOwner(lock);
      if (Date.now() > deadline) {
        process.stderr.write(
          `fogwot: another build has held ${lock} for ${LOCK_WAIT_MS / 60_000} minutes; delete that file if no build runs\n`,
        );
        process.exit(1);
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    }
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function dropDeadOwner(lock) {
  let owner;
  try {
    owner = Number(fs.readFileSync(lock, "utf8"));
  } catch {
    return; // Released between the two looks.
  }
  try {
    process.kill(owner, 0);
  } catch (error) {
    if (error.code !== "ESRCH") return;
    // Renamed first: of two waiters that see the same dead owner only one removes it.
    const grave = `${lock}.dead.${process.pid}`;
    try {
      fs.renameSync(lock, grave);
    } catch {
      return;
    }
    // Another waiter may have been faster, and a new owner's lock was moved: put it back.
    if (Number(fs.readFileSync(grave, "utf8")) !== owner) {
      try {
        fs.linkSync(grave, lock);
      } catch {
        // A third one holds the lock by now; the build is idempotent, so two at once only cost time.
      }
    }
    fs.rmSync(grave, { force: true });
  }
}

module.exports = { ensureBuilt, isStale };
