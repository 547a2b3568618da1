import { execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { loadSite, serviceCredentials } from "@fogwot/core";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { logCheck } from "../../src/soak/credentials/logs";
import { runCredentials } from "../../src/soak/credentials/run";
import { type SecuredSite, startSecuredSite } from "../../src/soak/credentials/secured-site";
import { fogwotCommand } from "../../src/soak/site/command";
import { siteAcl, sitePasswords } from "../../src/users/mosquitto";
import { UserStore } from "../../src/users/user-store";
import { Mosquitto } from "../clients/mosquitto";
import { until } from "../support/fogwot";

jest.setTimeout(180_000);

const execute = promisify(execFile);

describe("a secured site", () => {
  let secured: SecuredSite;
  let folder: string;
  beforeAll(async () => {
    secured = await startSecuredSite();
    folder = path.dirname(secured.site.siteFile);
  });
  afterAll(() => secured?.site.stop());

  const [NODE] = ["fog-secure"];
  const ports = () => secured.site.attached.info.nodes[0]?.ports ?? {};
  const thing = (name: string) => `https://127.0.0.1:${ports().http}/${NODE}/${name}`;

  /** Status, or what curl says of a connection that there was not. */
  async function curl(...args: string[]): Promise<string> {
    const ca = path.join(folder, "secrets", "tls", "ca.crt");
    const common = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "20"];
    const done = await execute("curl", [...common, "--cacert", ca, ...args]).catch(
      (failure: { code: number }) => ({ stdout: `curl ${failure.code}` }),
    );
    return done.stdout;
  }

  function fogwot(...args: string[]) {
    const [program = "", ...rest] = fogwotCommand(...args);
    return { program, rest, options: { env: secured.site.environment } };
  }

  /** Runs a command of the operator; `input` is what is typed. */
  async function run(input: string, ...args: string[]): Promise<string> {
    const { program, rest, options } = fogwot(...args);
    const child = spawn(program, rest, { ...options, stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(input);
    let text = "";
    for await (const chunk of child.stdout) text += String(chunk);
    return text;
  }

  it("lets in who may, and nobody else, over every binding, and shows no secret", async () => {
    let turn = 0;
    const { checks, figures } = await runCredentials({
      secured,
      // Every door is tried, each by some of the visitors; the soak tries all by all.
      choose: (doors) => {
        const offset = turn++;
        return doors.filter((_, i) => (i + offset) % 9 === 0);
      },
      onProgress: () => undefined,
    });
    expect([...checks, logCheck(secured)].filter(({ holds }) => !holds)).toEqual([]);
    expect(figures.attempts).toBeGreaterThan(400);
    expect(figures.byBinding.http).toBeGreaterThan(100);
    expect(figures.byBinding.coap).toBeGreaterThan(50);
    expect(figures.byBinding.mqtt).toBeGreaterThan(50);
  });

  it("answers curl by its certificate, and by a password, a token or a key", async () => {
    const { reader } = secured.users;
    const read = `${thing("hall-1")}/properties/status`;
    expect(await curl(read)).toBe("401");
    expect(await curl("-u", `reader:${reader.password}`, read)).toBe("200");
    expect(await curl("-H", `Authorization: Bearer ${reader.token}`, read)).toBe("200");
    expect(await curl("-H", `X-API-Key: ${reader.apiKey}`, read)).toBe("200");
    const invoke = `${thing("hall-1")}/actions/getData`;
    expect(await curl("-u", `reader:${reader.password}`, "-X", "POST", invoke)).toBe("403");
    const { url, directoryUrl } = secured.site.attached.info.server ?? {
      url: "",
      directoryUrl: "",
    };
    for (const target of [directoryUrl, `${url}/api/status`, `${url}/.well-known/wot`]) {
      expect(await curl(target)).toBe("401");
      expect(await curl("-u", `reader:${reader.password}`, target)).toBe("200");
    }
    expect(await curl(read.replace("https", "http"))).not.toMatch(/200|401/);
  });

  it("answers libcoap by a pre-shared key, and in clear only what is open", async () => {
    const { reader } = secured.users;
    const get = async (...args: string[]): Promise<string> => {
      const done = await execute("coap-client-openssl", ["-B", "5", ...args]);
      return done.stdout + done.stderr;
    };
    const secure = `coaps+tcp://127.0.0.1:${ports().coapSecure}/${NODE}/hall-1/properties/status`;
    const plain = (name: string) =>
      `coap://127.0.0.1:${ports().coap}/${NODE}/${name}/properties/status`;
    expect(await get("-u", "reader", "-k", "not the key", secure)).not.toContain("online");
    expect(await get("-u", "reader", "-k", reader.psk, secure)).toContain("online");
    expect(await get(plain("hall-1"))).toMatch(/4\.0[14]/);
    expect(await get(plain("door"))).toContain("online");
  });

  it("writes the files by which mosquitto keeps the same rules", async () => {
    const { siteFile } = secured.site;
    const store = new UserStore(siteFile);
    const files = { acl: siteAcl(store), passwords: await sitePasswords(store, siteFile) };
    await using broker = await Mosquitto.start(files);
    const root = fs.readFileSync(path.join(folder, "secrets", "services.key"), "utf8").trim();
    const node = serviceCredentials(root, "", NODE ?? "");
    const client = (program: string, user: string, password: string, ...args: string[]) =>
      execute(program, ["-p", String(broker.port), "-u", user, "-P", password, ...args]).then(
        ({ stdout }) => stdout.trim(),
        (failure: { code: number }) => `exit ${failure.code}`,
      );
    const topic = `fogwot/secured/${NODE}/hall-1/properties/status`;
    const say = ["-q", "1", "-r", "-m", '"online"', "-t", topic];
    expect(await client("mosquitto_pub", node.name, node.secret, ...say)).toBe("");
    const hear = (user: string, password: string) =>
      client("mosquitto_sub", user, password, "-C", "1", "-W", "3", "-t", topic);
    const { reader, stranger, admin } = secured.users;
    const heard = await Promise.all([
      hear("reader", reader.password),
      hear("stranger", stranger.password),
      hear("reader", "wrong"),
    ]);
    expect(heard).toEqual(['"online"', "exit 27", "exit 5"]);
    // Only the node may speak for its Things.
    await client("mosquitto_pub", "admin", admin.password, ...say, "-m", '"forged"');
    expect(await hear("reader", reader.password)).toBe('"online"');
  });

  it("takes up a new user, and drops an old one, while it runs", async () => {
    const read = `${thing("hall-2")}/properties/status`;
    const users = (...args: string[]) => [...args, "-s", secured.site.siteFile];
    const as = ["-u", "eve:evening star"];
    expect(await curl(...as, read)).toBe("401");
    await run("evening star\n", "users", ...users("add", "eve", "--scopes", "read"));
    await until(async () => (await curl(...as, read)) === "200", "eve is let in");
    await run("", "users", ...users("remove", "eve"));
    await until(async () => (await curl(...as, read)) === "401", "eve is kept out");
  });

  it("is used by the operator's own commands", async () => {
    const { siteFile } = secured.site;
    const things = JSON.parse(await run("", "things", siteFile, "--json")) as {
      things: { id: string; bindings: string[] }[];
    };
    expect(things.things.map(({ id }) => id.split(":").at(-1))).toContain("hall-1");
  });

  it("does not start beyond this machine with an open Thing, or without TLS", () => {
    const text = fs.readFileSync(secured.site.siteFile, "utf8");
    const site = JSON.parse(text) as { nodes: { host: string }[]; security: object };
    for (const node of site.nodes) node.host = "192.0.2.1";
    const elsewhere = path.join(folder, "elsewhere.yaml");
    const load = (security: object) => {
      fs.writeFileSync(elsewhere, JSON.stringify({ ...site, security }));
      return loadSite(elsewhere);
    };
    expect(() => load(site.security)).toThrow(/door, which is nosec, or insecure: true/);
    expect(() => load({ ...site.security, things: {}, tls: false })).toThrow(/tls: true/);
    expect(load({ ...site.security, things: {} }).nodes[0]?.host).toBe("192.0.2.1");
  });
});
