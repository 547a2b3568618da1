import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const root = path.resolve(__dirname, "../..");
const documents = [
  "README.md",
  ...readdirSync(path.join(root, "docs")).map((name) => `docs/${name}`),
  ...[
    "thing-descriptions",
    "firmware",
    "mashups",
    "servients/core",
    "servients/fog",
    "testbed",
    "wasm",
  ]
    .map((folder) => `${folder}/README.md`)
    .filter((file) => existsSync(path.join(root, file))),
];

const isForUsers = (file: string): boolean => file === "README.md" || file.startsWith("docs/");

const text = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** The commands of every ```sh block: what a reader types while the factory site runs. */
function commands(file: string): string[] {
  return blocks(file, "sh").flatMap((block) =>
    block.split("\n").filter((line) => line.trim() !== ""),
  );
}

/** Bodies of the fenced blocks of one language. */
function blocks(file: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...text(file).matchAll(pattern)].map((match) => match[1] as string);
}

// The same command in two documents runs once.
const typed = new Map(
  documents
    .filter(isForUsers)
    .flatMap((file) => commands(file).map((command) => [command, file] as const))
    .reverse(),
);

// Packages test the snippets of their own READMEs.
const scripts = documents
  .filter(isForUsers)
  .flatMap((file) => blocks(file, "ts").map((script) => ({ file, script })));
const siteParts = documents
  .filter(isForUsers)
  .flatMap((file) => blocks(file, "yaml").map((yaml) => ({ file, yaml })));

const SITE = "site: plant\n";
const NODES = `
nodes: [{ name: node-1, networks: [{ name: wifi, wsn: wifi, driver: wifi, devices: [] }] }]
`;

describe("documents", () => {
  it("hold the README's two commands, and CI runs the second", () => {
    expect(text("README.md")).toMatch(/^npm ci && npm start /m);
    expect(text("README.md")).toMatch(/^npm ci && npm test /m);
    expect(text(".ci/run")).toMatch(/^npm ci && npm test$/m);
  });

  it.each(documents)("%s links only to what is there", (file) => {
    const links = [...text(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => match[1]);
    const missing = links.filter(
      (link) => !existsSync(path.join(root, path.dirname(file), link as string)),
    );
    expect(missing).toEqual([]);
  });

  it.each(documents)("%s names only files that are there", (file) => {
    const named = [
      ...text(file).matchAll(
        /`((?:docs|firmware|mashups|servients|testbed|thing-descriptions|wasm)\/[\w./-]+)`/g,
      ),
    ].map((match) => match[1] as string);
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });
});

/** Port and path of each climate sensor. */
const SENSORS = [
  ...[1, 2, 3].map((n) => `18090/fog-wifi/wifi-${n}`),
  ...[1, 2, 3].map((n) => `18092/fog-zigbee/zig-${n}`),
  "18094/fog-ble/ble-1",
];

describe("commands of the documents, on a running factory site", () => {
  let work: string;
  let site: ChildProcess;
  let output = "";

  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    FOGWOT_STATE: path.join(work, "state"),
    PATH: `${path.join(root, "node_modules/.bin")}:${process.env.PATH}`,
  });

  beforeAll(async () => {
    work = mkdtempSync(path.join(tmpdir(), "fogwot-docs-"));
    site = spawn("npx", ["fogwot", "up", "testbed/sites/factory/site.yaml"], {
      cwd: root,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    await new Promise<void>((resolve, reject) => {
      const take = (data: Buffer): void => {
        output += data.toString();
        if (output.includes("site factory is up")) resolve();
      };
      site.stdout?.on("data", take);
      site.stderr?.on("data", take);
      site.once("exit", (code) => reject(new Error(`fogwot up ended with ${code}: ${output}`)));
    });
    await Promise.all(SENSORS.map(heard));
  }, 120_000);

  afterAll(async () => {
    if (site.exitCode === null) {
      const ended = new Promise((resolve) => site.once("exit", resolve));
      await run("npx fogwot down");
      await ended;
    }
    rmSync(work, { recursive: true, force: true });
    rmSync(path.join(root, "results"), { recursive: true, force: true });
  }, 30_000);

  /** A lossy link may need some seconds until a sensor has been heard once, and so does a reader. */
  async function heard(sensor: string): Promise<void> {
    const url = `http://127.0.0.1:${sensor}/properties/lastReading`;
    for (;;) {
      const reading: unknown = await (await fetch(url)).json();
      if (reading !== null) return;
      await systemClock.sleep(100);
    }
  }

  function run(command: string): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve) => {
      const shell = spawn("bash", ["-c", command], {
        cwd: root,
        env: environment(),
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      shell.stdout.on("data", (data: Buffer) => {
        said += data.toString();
      });
      shell.stderr.on("data", (data: Buffer) => {
        said += data.toString();
      });
      shell.once("close", (code) => resolve({ code, output: said }));
    });
  }

  it("are found", () => {
    expect(typed.size).toBeGreaterThan(15);
    expect(scripts.length).toBeGreaterThan(0);
    expect(siteParts.length).toBeGreaterThan(0);
  });

  it.each([...typed].reverse())(
    "%s (%s)",
    async (command) => {
      const result = await run(command);
      expect(result).toMatchObject({ code: 0 });
      // A request that our servers refused must not pass for an answer.
      expect(result.output).not.toMatch(/urn:fogwot:error/);
    },
    90_000,
  );

  it.each(scripts)(
    "a script of $file runs",
    async ({ script }) => {
      const file = path.join(work, "script.ts");
      writeFileSync(file, script);
      expect(await run(`npx fogwot run ${file}`)).toMatchObject({ code: 0 });
    },
    90_000,
  );

  it.each(siteParts)(
    "a part of a site file in $file is valid",
    async ({ yaml }) => {
      const file = path.join(work, "site.yaml");
      writeFileSync(file, SITE + (/^nodes:/m.test(yaml) ? yaml : NODES + yaml));
      expect(await run(`npx fogwot validate ${file}`)).toMatchObject({ code: 0 });
    },
    90_000,
  );
});
