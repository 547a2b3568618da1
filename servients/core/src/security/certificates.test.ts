import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { describe, expect, it } from "@jest/globals";
import { makeAuthority, makeServerCertificate } from "./certificates";

describe("certificates of a site", () => {
  it("are taken by who trusts the site's authority, for the site's hosts alone", async () => {
    const clock = { now: () => Date.now() };
    const authority = await makeAuthority("plant", clock);
    const hosts = ["127.0.0.1", "plant.example", "::1"];
    const { certificate, key } = await makeServerCertificate({ authority, hosts, clock });
    const read = new X509Certificate(certificate);
    expect(read.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect([read.ca, new X509Certificate(authority.certificate).ca]).toEqual([false, true]);
    const server = tls.createServer({ cert: certificate, key, minVersion: "TLSv1.2" });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const connect = async (options: tls.ConnectionOptions): Promise<string> => {
      const { port } = server.address() as AddressInfo;
      const socket = tls.connect({
        host: "127.0.0.1",
        port,
        ca: authority.certificate,
        ...options,
      });
      try {
        await once(socket, "secureConnect");
        return "trusted";
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? "";
      } finally {
        socket.destroy();
      }
    };
    try {
      expect(await connect({})).toBe("trusted");
      expect(await connect({ servername: "plant.example" })).toBe("trusted");
      expect(await connect({ servername: "other.example" })).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
      const stranger = await makeAuthority("plant", clock);
      expect(await connect({ ca: stranger.certificate })).toMatch(/CERT|SIGNATURE|ISSUER/);
    } finally {
      server.close();
    }
  });
});
