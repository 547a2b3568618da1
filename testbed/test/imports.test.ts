import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";

const root = path.resolve(__dirname, "../..");

/** Who may import whom. `A: [B]` reads "A may import B"; itself always. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "thing-descriptions": [],
  wasm: [],
  "servients/core": ["thing-descriptions"],
  "servients/fog": ["thing-descriptions", "servients/core", "wasm"],
  mashups: ["thing-descriptions", "servients/core", "wasm"],
  testbed: ["thing-descriptions", "servients/core", "wasm", "servients/fog", "mashups"],
};

const PACKAGE_OF: Record<string, string> = {
  "@fogwot/thing-descriptions": "thing-descriptions",
  "@fogwot/wasm": "wasm",
  "@fogwot/core": "servients/core",
  "@fogwot/fog": "servients/fog",
  "@fogwot/mashups": "mashups",
  "@fogwot/testbed": "testbed",
};

/** Libraries that only one place may touch, so that everything else can be run without them. */
const ONLY_IN: Record<string, readonly string[]> = {
  zeromq: ["servients/fog/src/ipc/"],
  dgram: [
    "servients/fog/src/drivers/wifi/",
    "servients/core/src/bindings/coap/",
    "testbed/src/emulation/",
    // Says on purpose what no board and no client says.
    "testbed/src/soak/malformed/",
    // Thousands of observers, of which a library would keep more than the server does.
    "testbed/src/soak/subscribers/",
    // Asks whether a UDP port is free.
    "testbed/src/site-run/site-ports.ts",
  ],
  serialport: ["servients/fog/src/serial/"],
  "@abandonware/noble": ["servients/fog/src/drivers/ble/"],
  "@stoprocent/noble": ["servients/fog/src/drivers/ble/"],
  "@duckdb/node-api": ["mashups/src/store/"],
};

/** Folders that must not know of something at all. */
const NEVER: readonly {
  readonly folder: string;
  readonly imports: RegExp;
  readonly why: string;
}[] = [
  { folder: "servients/fog/src/drivers/", imports: /^@node-wot\//, why: "a driver knows no Web" },
  {
    folder: "mashups/src/policies/",
    imports: /^(node:|@node-wot|\.\.\/(store|server|sensing))/,
    why: "a policy is pure",
  },
];

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sources(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const relative = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "dist", "build"].includes(entry.name) ? [] : sources(relative);
    }
    return /\.(ts|js)$/.test(entry.name) ? [relative] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const pattern =
    /(?:\bfrom\s*|\bimport\s*|\b(?:require|import|require\.resolve)\s*\(\s*)["']([^"'\n]+)["']/g;
  return [...text.matchAll(pattern)].map((match) => ({ file, specifier: match[1] as string }));
}

const owner = (file: string): string =>
  Object.keys(MAY_IMPORT).find((folder) => file.startsWith(`${folder}/`)) as string;

const isTest = (file: string): boolean => /\.test\.ts$|\/tests?\//.test(file);

const all = Object.keys(MAY_IMPORT).flatMap(sources).flatMap(importsOf);

describe("imports", () => {
  it("are found at all, in every package that has code", () => {
    const owners = new Set(all.map(({ file }) => owner(file)));
    expect([...owners].sort()).toEqual(
      expect.arrayContaining(["mashups", "servients/core", "servients/fog", "testbed"]),
    );
    expect(all.length).toBeGreaterThan(200);
  });

  it("keep to who may import whom, by package name", () => {
    const wrong = all.filter(({ file, specifier }) => {
      const name = specifier.split("/").slice(0, 2).join("/");
      const target = PACKAGE_OF[name];
      const mine = owner(file);
      return target !== undefined && target !== mine && !MAY_IMPORT[mine]?.includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it("never climb out of their package by a relative path", () => {
    const wrong = all.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const target = path.posix.join(path.posix.dirname(file), specifier);
      return !target.startsWith(`${owner(file)}/`);
    });
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(ONLY_IN))("of %s stay where they belong", (library, folders) => {
    const wrong = all.filter(
      ({ file, specifier }) =>
        specifier.replace(/^node:/, "") === library &&
        !isTest(file) &&
        !folders.some((folder) => file.startsWith(folder)) &&
        // Benchmarks and the doctor ask whether a library loads; they are not the product's path.
        !/testbed\/src\/(bench|cli)\//.test(file),
    );
    expect(wrong).toEqual([]);
  });

  it.each(NEVER)("in $folder: $why", ({ folder, imports }) => {
    const wrong = all.filter(
      ({ file, specifier }) =>
        file.startsWith(folder) &&
        imports.test(specifier) &&
        !isTest(file) &&
        !/load-policy\.ts$/.test(file),
    );
    expect(wrong).toEqual([]);
  });
});
