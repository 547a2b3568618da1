import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigError } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type KeyPart, makeKeys } from "./make-keys";

const SITE = `
site: plant
nodes:
  - { name: node-1, host: 192.0.2.7, networks: [{ name: wifi, wsn: wifi, driver: wifi, devices: [] }] }
`;

describe("makeKeys", () => {
  let folder: string;
  let siteFile: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-keys-"));
    siteFile = path.join(folder, "site.yaml");
    fs.writeFileSync(siteFile, `${SITE}security: {}\n`);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const clock = { now: () => Date.now() };
  const make = (...rotate: KeyPart[]) => makeKeys({ siteFile, rotate, clock });
  const names = (report: { files: readonly { file: string; did: string }[] }) =>
    Object.fromEntries(report.files.map(({ file, did }) => [path.basename(file), did]));

  function files(): string[] {
    const all = fs.readdirSync(path.join(folder, "secrets"), { recursive: true, encoding: "utf8" });
    return all.map((name) => path.join(folder, "secrets", name));
  }
  const modeOf = (file: string) => fs.statSync(file).mode & 0o777;

  it("makes everything for its owner alone but the certificates, for the site's hosts", async () => {
    const report = await make();
    expect(new Set(report.files.map(({ did }) => did))).toEqual(new Set(["made"]));
    expect(report.files.map(({ note }) => note).join()).toContain("192.0.2.7");
    for (const file of files()) {
      const wanted = fs.statSync(file).isDirectory()
        ? 0o700
        : file.endsWith(".crt")
          ? 0o644
          : 0o600;
      expect([file, modeOf(file)]).toEqual([file, wanted]);
    }
    expect(modeOf(path.join(folder, "secrets"))).toBe(0o700);
  });

  it("keeps what is there, and replaces what it is told to, saying so", async () => {
    await make();
    const before = new Map(files().map((file) => [file, fs.statSync(file).mtimeMs]));
    expect(new Set((await make()).files.map(({ did }) => did))).toEqual(new Set(["kept"]));
    for (const [file, mtimeMs] of before) expect(fs.statSync(file).mtimeMs).toBe(mtimeMs);
    expect(names(await make("tokens"))).toEqual({
      "ca.crt": "kept",
      "server.crt": "kept",
      "private.json": "replaced",
      "services.key": "kept",
      "users.yaml": "kept",
    });
    expect(names(await make("ca"))).toMatchObject({
      "ca.crt": "replaced",
      "server.crt": "replaced",
    });
  });

  it("issues no certificate without the authority's key, and tells of a host it does not name", async () => {
    await make();
    fs.rmSync(path.join(folder, "secrets", "tls", "ca.key"));
    await expect(make("server")).rejects.toThrow(/ca\.key.*--rotate ca/);
    fs.writeFileSync(siteFile, `${SITE.replace("192.0.2.7", "192.0.2.8")}security: {}\n`);
    const notes = (await make()).files.map(({ note }) => note).join();
    expect(notes).toMatch(/does not name 192\.0\.2\.8;.*--rotate server/);
  });

  it("asks for a section security where the site has none", async () => {
    fs.writeFileSync(siteFile, SITE);
    await expect(make()).rejects.toBeInstanceOf(ConfigError);
    await expect(make()).rejects.toThrow(/security: \{\}/);
  });
});
