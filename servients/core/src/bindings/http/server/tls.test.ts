import { execFile } from "node:child_process";
import { chmod, rename } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ConfigError, UnreachableError } from "../../../errors";
import { Rig, rejection, until } from "../../compliance";
import { HttpBindingClientFactory } from "../client/client-factory";
import { makeCertificate, type TestCertificate } from "../testing/certificate";
import { rawExchange } from "../testing/raw";
import { HttpBindingServer } from "./server";
import type { TlsOptions } from "./tls";

const run = promisify(execFile);

describe("HTTPS server", () => {
  let certificate: TestCertificate;
  let rig: Rig;
  let server: HttpBindingServer;
  beforeAll(async () => {
    certificate = await makeCertificate();
    const { keyFile: key, certFile: cert, cert: ca } = certificate;
    rig = await new Rig(
      {
        createServer: () => new HttpBindingServer({ port: 0, tls: { key, cert } }),
        createClientFactory: ({ timeoutMs }) =>
          new HttpBindingClientFactory({ timeoutMs, scheme: "https", ca }),
        baseUrl: () => "",
        sendMalformed: async () => 0,
        close: async () => undefined,
      },
      { title: "Compliance 1" },
    ).start();
    server = rig.server as unknown as HttpBindingServer;
  });
  afterAll(async () => {
    await rig.stop();
    await certificate.remove();
  });

  it("advertises https, and our client reads, writes, invokes and subscribes over it", async () => {
    expect(server.baseUrl).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const thing = await rig.consume();
    expect(await (await thing.readProperty("serial")).value()).toBe("SN-0001");
    await thing.writeProperty("level", 8);
    expect(await (await thing.invokeAction("add", { a: 1, b: 2 }))?.value()).toBe(3);
    const got: unknown[] = [];
    const subscription = await thing.subscribeEvent("reading", (output) => {
      void output.value().then((value) => got.push(value));
    });
    rig.thing.emitEvent("reading", { n: 1 });
    await until("the event", () => got.length === 1);
    await subscription.stop();
  });

  it("serves curl that trusts its certificate, and no one who does not", async () => {
    const url = `${server.baseUrl}/compliance-1/properties/serial`;
    const args = ["-sS", "--noproxy", "*", "--cacert", certificate.certFile, url];
    expect((await run("curl", args)).stdout).toBe('"SN-0001"');
    const stranger = new HttpBindingClientFactory({ timeoutMs: 2000, scheme: "https" });
    const error = await rejection(stranger.getClient().readResource({ href: url }));
    expect(error).toBeInstanceOf(UnreachableError);
    stranger.destroy();
  });

  it("speaks no TLS older than 1.2, and counts who tries, or speaks none at all", async () => {
    const before = server.counters.malformed;
    const old = connect({
      port: server.getPort(),
      host: "127.0.0.1",
      maxVersion: "TLSv1.1",
      minVersion: "TLSv1",
      ciphers: "DEFAULT@SECLEVEL=0",
      rejectUnauthorized: false,
    });
    await new Promise((resolve) => old.once("error", resolve));
    await rawExchange(server.getPort(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await until("both to be counted", () => server.counters.malformed - before >= 2);
    expect(await (await (await rig.consume()).readProperty("serial")).value()).toBe("SN-0001");
  });

  it("takes PEM text, and refuses what is no key pair or a key that others can read", async () => {
    const { key, cert, keyFile } = certificate;
    const inline = new HttpBindingServer({ port: 0, tls: { key, cert, minVersion: "TLSv1.3" } });
    await inline.start();
    await inline.stop();
    const start = (tls: TlsOptions) => new HttpBindingServer({ port: 0, tls }).start();
    await expect(start({ key: cert, cert })).rejects.toBeInstanceOf(ConfigError);
    await expect(start({ key, cert: "/nosuch/cert.pem" })).rejects.toThrow("ENOENT");
    const other = await makeCertificate();
    await expect(start({ key: other.key, cert })).rejects.toBeInstanceOf(ConfigError);
    await other.remove();
    await chmod(keyFile, 0o644);
    await expect(start({ key: keyFile, cert })).rejects.toThrow("0600");
  });

  it("shows the certificate that its files hold now, and the last good one until they fit", async () => {
    const [first, second] = [await makeCertificate(), await makeCertificate()];
    const { keyFile: key, certFile: cert } = first;
    const renewed = new HttpBindingServer({ port: 0, tls: { key, cert, reloadMs: 5 } });
    await renewed.start();
    const shows = (ca: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connect({ port: renewed.getPort(), host: "127.0.0.1", ca }, () => {
          socket.destroy();
          resolve(true);
        });
        socket.once("error", () => resolve(false));
      });
    try {
      expect([await shows(first.cert), await shows(second.cert)]).toEqual([true, false]);
      await rename(second.keyFile, key);
      expect([await shows(first.cert), await shows(second.cert)]).toEqual([true, false]);
      await rename(second.certFile, cert);
      while (!(await shows(second.cert))) await sleep(2);
      expect(await shows(first.cert)).toBe(false);
    } finally {
      await renewed.stop();
      await Promise.all([first.remove(), second.remove()]);
    }
  });
});
