import { execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { findProgram } from "../src/doctor/find-program";
import { type Description, describeThing, formOf, hrefOf } from "./support/device";
import { FACTORY, REPOSITORY, type Started, until, Workbench } from "./support/fogwot";

jest.setTimeout(120_000);
const execute = promisify(execFile);

/** Brings a site up whose links lose nothing, so that one request is enough. */
async function losslessSite(bench: Workbench, siteFile: string): Promise<Started> {
  const up = bench.start("up", siteFile, "--port-base", "0", "--no-sense");
  await up.says(" is up");
  for (const device of ["wifi-1", "wifi-2", "wifi-3"]) {
    const { code } = await bench.run("link", "set", device, "--loss", "0", "--site", siteFile);
    expect(code).toBe(0);
  }
  return up;
}

function expectReading(text: string): void {
  const reading = JSON.parse(text) as { deviceId: string; values: { temperature: number } };
  expect(reading.deviceId).toBe("wifi-1");
  expect(reading.values.temperature).toBeGreaterThan(0);
  expect(reading.values.temperature).toBeLessThan(51);
}

describe("a client that knows nothing of us gets a reading", () => {
  let bench: Workbench;
  let up: Started;
  let td: Description;
  beforeAll(async () => {
    bench = new Workbench();
    up = await losslessSite(bench, FACTORY);
    td = await describeThing(bench, "wifi-1");
  });
  afterAll(async () => {
    up.child.kill("SIGTERM");
    await up.finished;
    await bench.close();
  });
  const getData = () => td.actions.getData?.forms ?? [];

  it("curl, by HTTP", async () => {
    const url = hrefOf(td, getData(), "http", "invokeaction");
    const { stdout } = await execute("curl", ["-sS", "--fail", "-X", "POST", url]);
    expectReading(stdout);
  });

  it("libcoap's coap-client, by CoAP", async () => {
    const url = hrefOf(td, getData(), "coap", "invokeaction");
    const { stdout } = await execute("coap-client-notls", ["-m", "post", "-B", "20", url]);
    expectReading(stdout);
  });

  it("mosquitto_rr, by MQTT 3.1.1 over the embedded broker", async () => {
    const form = formOf(td, getData(), "mqtt", "invokeaction");
    const topic = (term: string): string => String(form[term]).replace("{corr}", "a-foreigner");
    const { hostname, port } = new URL(form.href);
    const { stdout } = await execute("mosquitto_rr", [
      ...["-V", "311", "-h", hostname, "-p", port, "-W", "20", "-q", "1", "-n"],
      ...["-t", topic("fog:requestTopic"), "-e", topic("fog:responseTopic")],
    ]);
    expectReading(stdout);
  });

  it.each(["http", "coap"])("a plain node-wot client with its stock %s client", async (scheme) => {
    const file = path.join(bench.folder, `td-${scheme}.json`);
    fs.writeFileSync(file, JSON.stringify(td));
    const factory = { http: "HttpClientFactory", coap: "CoapClientFactory" }[scheme];
    // A process of its own: the stock CoAP client leaves a socket open.
    const program = `
      const { Servient } = require("@node-wot/core");
      const { ${factory} } = require("@node-wot/binding-${scheme}");
      (async () => {
        const servient = new Servient();
        servient.addClientFactory(new ${factory}());
        const wot = await servient.start();
        const td = JSON.parse(require("node:fs").readFileSync(${JSON.stringify(file)}, "utf8"));
        const thing = await wot.consume(td);
        const output = await thing.invokeAction("getData");
        process.stdout.write(JSON.stringify(await output.value()), () => process.exit(0));
      })();`;
    const { stdout } = await execute(process.execPath, ["-e", program], {
      cwd: path.join(REPOSITORY, "servients", "core"),
      timeout: 60_000,
    });
    expectReading(stdout);
  });
});

describe("a site with mosquitto as its broker", () => {
  it("answers mosquitto_rr by MQTT 5, with response topic and correlation data", async () => {
    const bench = new Workbench();
    const broker = await startMosquitto(bench.folder);
    try {
      const folder = path.join(bench.folder, "foreign");
      await bench.run("new", "site", folder);
      const siteFile = path.join(folder, "site.yaml");
      const text = fs.readFileSync(siteFile, "utf8");
      fs.writeFileSync(
        siteFile,
        text.replace(
          /^broker:.*$/m,
          `broker: { embedded: false, url: "mqtt://127.0.0.1:${broker.port}", insecure: true }`,
        ),
      );
      const up = await losslessSite(bench, siteFile);
      const topic = "fogwot/foreign/fog-wifi/wifi-1/actions/getData";
      const { stdout } = await execute("mosquitto_rr", [
        ...["-V", "5", "-h", "127.0.0.1", "-p", String(broker.port), "-W", "20", "-q", "1", "-n"],
        ...["-t", topic, "-e", "answers/to/a-foreigner"],
      ]);
      expectReading(stdout);
      up.child.kill("SIGTERM");
      expect((await up.finished).code).toBe(0);
    } finally {
      broker.stop();
      await bench.close();
    }
  });
});

/** Debian's broker on a free port, without persistence. */
async function startMosquitto(folder: string): Promise<{ port: number; stop: () => void }> {
  const port = await freePort();
  const config = path.join(folder, "mosquitto.conf");
  fs.writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const program = findProgram("mosquitto") ?? "mosquitto";
  const child = spawn(program, ["-c", config], { stdio: "ignore" });
  await until(() => canConnect(port), "mosquitto listens");
  return { port, stop: () => child.kill("SIGKILL") };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
