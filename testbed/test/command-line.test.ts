import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { compiledEntry } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { FACTORY, TESTBED, Workbench } from "./support/fogwot";

jest.setTimeout(60_000);

let bench: Workbench;
beforeAll(() => {
  bench = new Workbench();
});
afterAll(() => bench.close());

describe("the fogwot command", () => {
  it("prints the version of its package, and every command in its help", async () => {
    const manifest = fs.readFileSync(path.join(TESTBED, "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    expect(await bench.run("--version")).toMatchObject({ code: 0, stdout: `${version}\n` });
    const help = await bench.run("--help");
    expect(help.code).toBe(0);
    for (const file of fs.readdirSync(path.join(TESTBED, "src", "cli", "commands"))) {
      expect(help.stdout).toContain(`\n  ${path.basename(file, ".ts")} `);
    }
  });

  it("tells version and help without loading a protocol library", () => {
    const main = compiledEntry(path.join(TESTBED, "src", "cli", "main.ts"));
    const program = `
      process.exit = () => undefined;
      require(${JSON.stringify(main)}).main(["node", "fogwot", "--help"]);
      const heavy = Object.keys(require.cache).filter((file) => !/\\/(commander|cli)\\/|program\\.js$/.test(file));
      console.error(JSON.stringify(heavy));`;
    const { stderr } = runNode(program);
    expect(JSON.parse(stderr.trim().split("\n").at(-1) ?? "")).toEqual([]);
  });

  it("gives every command --help and --json", async () => {
    const commands = fs
      .readdirSync(path.join(TESTBED, "src", "cli", "commands"))
      .map((file) => path.basename(file, ".ts"));
    for (const name of commands) {
      const { code, stdout } = await bench.run(name, "--help");
      expect([name, code]).toEqual([name, 0]);
      const isGroup = stdout.includes("\nCommands:");
      if (!isGroup) expect([name, stdout]).toEqual([name, expect.stringContaining("--json")]);
    }
  });

  it("answers wrong use with exit code 2 and the way to help", async () => {
    const wrong = [["dwon"], ["up", "--for", "soon"], ["link", "set", "wifi-1"], ["link", "melt"]];
    for (const args of wrong) {
      const { code, stderr } = await bench.run(...args);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).not.toContain("    at ");
    }
    expect((await bench.run("dwon")).stderr).toContain("Did you mean down?");
  });

  it("prints the schemas that check the files", async () => {
    const { stdout } = await bench.run("--print-schema", "emulation");
    expect(JSON.parse(stdout)).toMatchObject({ title: "fogwot emulation" });
    expect((await bench.run("--print-schema", "house")).code).toBe(2);
  });

  it("answers a bad site file with path, got and wanted, and exit code 2", async () => {
    const folder = path.join(bench.folder, "bad");
    fs.mkdirSync(folder);
    const text = fs.readFileSync(FACTORY, "utf8").replace("m: 3,", "m: 0,");
    fs.writeFileSync(path.join(folder, "site.yaml"), text);
    const { code, stderr, stdout } = await bench.run("up", folder, "--json");
    expect(code).toBe(2);
    expect(stderr).toContain("/mashup/m: got 0, wanted");
    expect(JSON.parse(stdout.trim())).toMatchObject({ error: { code: "CONFIG" } });
    expect((await bench.run("up", path.join(bench.folder, "nowhere"))).code).toBe(2);
  });

  it("answers a taken port with its number, its holder's role and the mend, and exit code 1", async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    // The block lies so that the node's HTTP port, base + 10, is the one that is taken.
    const { code, stderr } = await bench.run("up", FACTORY, "--port-base", String(port - 10));
    expect(code).toBe(1);
    expect(stderr).toContain(`fog-wifi HTTP: port ${port} on 127.0.0.1 is taken`);
    expect(stderr).toContain("--port-base 0");
    await new Promise((resolve) => server.close(resolve));
    expect(bench.living()).toEqual([]);
  });

  it("says how to start the site when a command needs it and it does not run", async () => {
    for (const args of [
      ["status"],
      ["down"],
      ["link", "list"],
      ["policy", "show"],
      ["export", "--csv"],
    ]) {
      const { code, stderr } = await bench.run(...args);
      expect([args, code]).toEqual([args, 1]);
      expect(stderr).toContain(`fogwot up ${FACTORY}`);
    }
  });

  it("finds this machine fit, and says so in JSON", async () => {
    const folder = path.join(bench.folder, "fit");
    await bench.run("new", "site", folder, "--port-base", "42000");
    const { checks } = await bench.json<{ checks: { name: string; level: string }[] }>(
      "doctor",
      "--site",
      folder,
    );
    const others = checks.filter(({ name }) => name !== "ports");
    expect(others.map(({ level }) => level)).toEqual(others.map(() => "ok"));
  });
});

function runNode(program: string): { stderr: string } {
  const file = path.join(bench.folder, "program.js");
  fs.writeFileSync(file, program);
  const stderr = execFileSync("sh", ["-c", `"${process.execPath}" "${file}" 2>&1 >/dev/null`]);
  return { stderr: stderr.toString("utf8") };
}
