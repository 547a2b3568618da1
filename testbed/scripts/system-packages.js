// Sees to the system programs that the tests use as foreign peers. As root on Debian it installs
// what is missing; otherwise it names it in one line and fails, since nothing is skipped silently.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

/** Program → the Debian package that brings it. */
const PROGRAMS = {
  cc: "gcc",
  make: "make",
  curl: "curl",
  "coap-client-notls": "libcoap3-bin",
  mosquitto: "mosquitto",
  mosquitto_rr: "mosquitto-clients",
  ip: "iproute2",
  nft: "nftables",
  chromium: "chromium",
  "avr-gcc": "gcc-avr",
  "arm-none-eabi-gcc": "gcc-arm-none-eabi",
  "qemu-system-arm": "qemu-system-arm",
  clang: "clang",
  "wasm-ld": "lld",
  wasm2c: "wabt",
};
/** Header → the Debian package that brings it: libraries come without a program of their own. */
const HEADERS = {
  "/usr/include/stdio.h": "libc6-dev",
  "/usr/lib/avr/include/avr/io.h": "avr-libc",
  "/usr/include/simavr/sim_avr.h": "libsimavr-dev",
  "/usr/lib/arm-none-eabi/include/stdio.h": "libnewlib-arm-none-eabi",
};

const POLICY = "/usr/sbin/policy-rc.d";
const POLICY_TEXT =
  "#!/bin/sh\n# Made by fogwot's tests while they install packages: no service starts.\nexit 101\n";
const APT_OPTIONS = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];

function missingPackages() {
  const missing = Object.entries(PROGRAMS)
    .filter(([program]) => !isOnPath(program))
    .map(([, debian]) => debian);
  for (const [header, debian] of Object.entries(HEADERS)) {
    if (!fs.existsSync(header)) missing.push(debian);
  }
  return [...new Set(missing)];
}

function isOnPath(program) {
  // A user's PATH often lacks the folder that brokers are installed to.
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => folder !== "" && isExecutable(path.join(folder, program)));
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function canInstall() {
  return process.getuid?.() === 0 && isExecutable("/usr/bin/apt-get");
}

/** @returns whether apt-get said that all went well */
function aptGet(...args) {
  const { status } = spawnSync("apt-get", [...APT_OPTIONS, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  return status === 0;
}

/** Debian starts a service when its package is installed; this is its own way to say no. */
function withoutServices(work) {
  const isOurs = putPolicy();
  // Ctrl-C during an installation must not leave the policy behind.
  const remove = () => {
    if (isOurs) fs.rmSync(POLICY, { force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      remove();
      process.exit(1);
    });
  }
  try {
    return work();
  } finally {
    remove();
  }
}

/** A policy that is there already is the operator's: it stays, and decides. */
function putPolicy() {
  try {
    fs.writeFileSync(POLICY, POLICY_TEXT, { flag: "wx", mode: 0o755 });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function main() {
  const missing = missingPackages();
  if (missing.length === 0) return 0;
  const command = `apt-get install ${missing.join(" ")}`;
  if (!canInstall()) {
    process.stderr.write(`the tests need programs that are missing here; as root: ${command}\n`);
    return 1;
  }
  process.stderr.write(`installing what the tests need: ${missing.join(" ")}\n`);
  const isInstalled = withoutServices(
    () => aptGet("install", ...missing) || (aptGet("update") && aptGet("install", ...missing)),
  );
  const left = missingPackages();
  if (isInstalled && left.length === 0) return 0;
  process.stderr.write(
    `could not install ${left.join(" ") || missing.join(" ")}; try: ${command}\n`,
  );
  return 1;
}

module.exports = { missingPackages, PROGRAMS, HEADERS };

if (require.main === module) process.exitCode = main();
