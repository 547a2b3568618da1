import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { REPOSITORY } from "../support/fogwot";

const PARTS = [
  "docs",
  "firmware",
  "mashups",
  "servients",
  "testbed",
  "thing-descriptions",
  "wasm",
  "jest.config.js",
  "package.json",
  "tsconfig.base.json",
];
/** Made from the sources; what is built in the copy may differ. */
const BUILT = new Set(["dist", "build", "node_modules", "results"]);
const LIMIT_MS = 120_000;

export interface Ran {
  readonly command: string;
  readonly code: number | null;
  readonly output: string;
}

/** The repository with its build, in a temporary folder, where commands may change what they like. */
export class RepositoryCopy implements AsyncDisposable {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-copy-"));

  constructor() {
    // With the times of folders, so that the build is as fresh as it was.
    execFileSync("cp", ["-a", ...PARTS.map((part) => path.join(REPOSITORY, part)), this.root]);
    this.#linkModules();
  }

  /** Every source file with its digest. */
  sources(): Map<string, string> {
    const digests = new Map<string, string>();
    const visit = (folder: string): void => {
      for (const entry of fs.readdirSync(path.join(this.root, folder), { withFileTypes: true })) {
        const name = path.posix.join(folder, entry.name);
        if (entry.isDirectory() && !BUILT.has(entry.name)) visit(name);
        if (!entry.isFile()) continue;
        const bytes = fs.readFileSync(path.join(this.root, name));
        digests.set(name, createHash("sha256").update(bytes).digest("hex"));
      }
    };
    visit("");
    return digests;
  }

  run(command: string): Promise<Ran> {
    const bin = path.join(this.root, "node_modules", ".bin");
    // Goes with the copy: jest's cache of it is of use to nobody else.
    const temporary = path.join(this.root, "node_modules", "t");
    fs.mkdirSync(temporary, { recursive: true });
    const env = {
      ...process.env,
      FOGWOT_STATE: path.join(temporary, "state"),
      TMPDIR: temporary,
      PATH: `${bin}:${process.env.PATH}`,
    };
    return new Promise((resolve) => {
      const shell = spawn("bash", ["-c", command], {
        cwd: this.root,
        env,
        stdio: ["ignore", "pipe", "pipe"],
        timeout: LIMIT_MS,
      });
      let output = "";
      const take = (data: Buffer): void => {
        output += data.toString("utf8");
      };
      shell.stdout.on("data", take);
      shell.stderr.on("data", take);
      shell.once("close", (code) => resolve({ command, code, output }));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  /** Packages of others are those of the repository, our own are the copy's. */
  #linkModules(): void {
    const theirs = path.join(REPOSITORY, "node_modules");
    const ours = path.join(this.root, "node_modules");
    fs.mkdirSync(path.join(ours, ".bin"), { recursive: true });
    for (const name of fs.readdirSync(theirs)) {
      if (name === "@fogwot" || name.startsWith(".")) continue;
      fs.symlinkSync(path.join(theirs, name), path.join(ours, name));
    }
    fs.cpSync(path.join(theirs, "@fogwot"), path.join(ours, "@fogwot"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    for (const name of ["jest", "tsc"]) {
      const program = fs.realpathSync(path.join(theirs, ".bin", name));
      fs.symlinkSync(program, path.join(ours, ".bin", name));
    }
    const command = path.join(this.root, "testbed", "bin", "fogwot.js");
    fs.symlinkSync(command, path.join(ours, ".bin", "fogwot"));
  }
}
