"use strict";
/** What Linux says of another process. */
const fs = require("node:fs");

/** False when the process is gone, or a zombie that nobody has waited for. */
function isAlive(pid) {
  try {
    return !fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

function usage(pid) {
  const pages = Number(fs.readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return { pages, files: fs.readdirSync(`/proc/${pid}/fd`).length };
}

module.exports = { isAlive, usage };
