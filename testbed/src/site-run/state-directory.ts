import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Where running sites keep their files: $FOGWOT_STATE, else the XDG state folder. */
export function stateRoot(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.FOGWOT_STATE) return path.resolve(environment.FOGWOT_STATE);
  const base = environment.XDG_STATE_HOME || path.join(os.homedir(), ".local", "state");
  return path.join(base, "fogwot");
}

/** A site's own folder there: its name, and a hash of its file's path, so that copies stay apart. */
export function siteDirectory(siteFile: string, site: string, root = stateRoot()): string {
  const hash = createHash("sha256").update(realPath(siteFile)).digest("hex").slice(0, 8);
  return path.join(root, `${site}-${hash}`);
}

/** Creates a folder that only its owner can read: it holds a token and logs. */
export function makePrivateDirectory(folder: string): string {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    // The file may be gone while its site still runs; its plain path is the next best name.
    return path.resolve(file);
  }
}
