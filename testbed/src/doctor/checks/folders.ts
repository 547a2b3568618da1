import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stateRoot } from "../../site-run/state-directory";
import type { Check } from "../check";

const SOCKET_PATH_LIMIT = 107;
const SOCKET_NAME_LENGTH = 60;
const WANTED_BYTES = 200 * 1024 * 1024;

export const check: Check = () => {
  const state = stateRoot();
  const existing = nearestExisting(state);
  try {
    fs.accessSync(existing, fs.constants.W_OK);
  } catch {
    return {
      level: "failed",
      found: `${existing} cannot be written`,
      mend: "set FOGWOT_STATE to a folder of yours",
    };
  }
  if (os.tmpdir().length + SOCKET_NAME_LENGTH > SOCKET_PATH_LIMIT) {
    return {
      level: "failed",
      found: `${os.tmpdir()} is too long a path for socket files`,
      mend: "set TMPDIR to a short path such as /tmp",
    };
  }
  const { bavail, bsize } = fs.statfsSync(existing);
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  if (bavail * bsize < WANTED_BYTES) {
    return {
      level: "warning",
      found: `${freeMb} MB free in ${existing}`,
      mend: "make room: the store grows by about 100 bytes per request",
    };
  }
  return { level: "ok", found: `state in ${state} (${freeMb} MB free), sockets in ${os.tmpdir()}` };
};

function nearestExisting(folder: string): string {
  let at = folder;
  while (!fs.existsSync(at) && at !== path.dirname(at)) at = path.dirname(at);
  return at;
}
