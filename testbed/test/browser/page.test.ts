import { createSocket } from "node:dgram";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { type Browser, chromium, type Page } from "playwright-core";
import { REPOSITORY, type Started, WIFI, Workbench } from "../support/fogwot";

jest.setTimeout(180_000);

const PAGES = path.join(REPOSITORY, "mashups", "examples", "browser");
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".mjs": "text/javascript" };
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let bench: Workbench;
let up: Started;
let browser: Browser | undefined;
let pages: http.Server;
let mdnsPort: number;
let origin: string;
let strangers: string;

/** A web server for the example, of an origin that is not the site's. */
async function servePages(): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? "/", "http://page").pathname) || "index.html";
    const file = path.join(PAGES, name);
    if (!fs.existsSync(file)) response.writeHead(404).end();
    else
      response
        .writeHead(200, { "content-type": TYPES[path.extname(name)] })
        .end(fs.readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

beforeAll(async () => {
  bench = new Workbench();
  pages = await servePages();
  const { port } = pages.address() as AddressInfo;
  [origin, strangers] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  const site = path.join(bench.folder, "site");
  fs.cpSync(path.dirname(WIFI), site, { recursive: true });
  mdnsPort = await freeUdpPort();
  const dnsSd = `dnsSd: { interface: 127.0.0.1, port: ${mdnsPort} }`;
  fs.appendFileSync(path.join(site, "site.yaml"), `\ncors: ["${origin}"]\n${dnsSd}\n`);
  up = bench.start("up", path.join(site, "site.yaml"), "--port-base", "0", "--time-scale", "0.2");
  [browser] = await Promise.all([
    chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS }),
    up.says("site wifi is up"),
  ]);
});
afterAll(async () => {
  await browser?.close();
  up.child.kill("SIGTERM");
  await up.finished;
  await new Promise((resolve) => pages.close(resolve));
  await bench.close();
});

async function open(from: string): Promise<Page> {
  if (!browser) throw new TypeError("the browser was not started");
  const page = await browser.newPage();
  const { server } = bench.runInfo();
  await page.goto(`${from}/?directory=${encodeURIComponent(`${server?.url}/.well-known/wot`)}`);
  return page;
}

describe("a web page of another origin", () => {
  it("finds the sensors in the directory, reads, invokes an action, and hears an event", async () => {
    const page = await open(origin);
    await page.getByText("3 sensors from").waitFor();
    const rows = page.locator("#things tr");
    expect(await rows.count()).toBe(3);
    const button = rows.first().getByRole("button");
    // The link loses some: the page says so, and asks again.
    for (let answer = ""; !answer.endsWith(" ms"); ) {
      await button.click();
      await page.locator("#things tr[data-answer]").first().waitFor();
      answer = (await rows.first().getAttribute("data-answer")) ?? "";
      expect(answer).toMatch(/^\d+ ms$|^DEVICE_TIMEOUT$/);
    }
    expect(await rows.first().locator("td").nth(1).textContent()).toMatch(/^\d+\.\d °C$/);
    await page.locator("#events li").first().waitFor();
    expect(await page.locator("#events li").first().textContent()).toMatch(
      /^Climate sensor \d .*: \{/,
    );
  });

  it("is told nothing where the site file does not name its origin", async () => {
    const page = await open(strangers);
    await page.getByText("no sensors: ").waitFor();
    expect(await page.locator("#things tr").count()).toBe(0);
  });
});

describe("the site on its network", () => {
  it("is found by DNS-SD: the directory, what it lists, and each Thing by itself", async () => {
    const { announced, things } = await bench.json<{
      announced: { type: string; url: string }[];
      things: { id: string; availability: string }[];
    }>(
      ...["discover", "--dns-sd", "--interface", "127.0.0.1", "--mdns-port", `${mdnsPort}`],
      ...["--for", "2s", "--location", "wifi"],
    );
    const { server, nodes } = bench.runInfo();
    expect(announced.find(({ type }) => type === "Directory")?.url).toBe(
      `${server?.url}/.well-known/wot`,
    );
    const tdUrls = nodes.flatMap((node) => node.things.map(({ tdUrl }) => tdUrl));
    const urls = announced.filter(({ type }) => type === "Thing").map(({ url }) => url);
    expect(urls.sort()).toEqual(tdUrls.sort());
    expect(things.map(({ id }) => id).sort()).toEqual(
      nodes.flatMap((node) => node.things.map(({ id }) => id)).sort(),
    );
  });
});
