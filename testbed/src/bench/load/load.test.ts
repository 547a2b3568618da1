import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { encodeGet } from "./coap-load";
import { httpLoad, isComplete } from "./http-load";

describe("the load generator", () => {
  it("knows the end of a response by its content length and by its last chunk", () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
    expect(isComplete(head)).toBe(false);
    expect(isComplete(`${head}21.`)).toBe(false);
    expect(isComplete(`${head}21.5`)).toBe(true);
    const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n21.5\r\n";
    expect(isComplete(chunked)).toBe(false);
    expect(isComplete(`${chunked}0\r\n\r\n`)).toBe(true);
  });

  it("counts what is answered well apart from what is not, over keep-alive connections", async () => {
    let connections = 0;
    const server = http.createServer((request, response) => {
      response.statusCode = request.url === "/good" ? 200 : 500;
      response.end("21.5");
    });
    server.on("connection", () => connections++);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const good = await httpLoad({
      kind: "http",
      urls: [`${base}/good`],
      inFlight: 4,
      durationMs: 50,
    });
    expect(good.answered).toBeGreaterThan(4);
    expect(good.failed).toBe(0);
    expect(connections).toBe(4);
    const bad = await httpLoad({
      kind: "http",
      urls: [`${base}/bad`],
      inFlight: 2,
      durationMs: 50,
    });
    expect(bad.answered).toBe(0);
    expect(bad.failed).toBeGreaterThan(0);
    await new Promise((resolve) => server.close(resolve));
  });

  it("writes a confirmable GET with token and path options", () => {
    expect(encodeGet(0x1234, "/fog/wifi-1").toString("hex")).toBe(
      `42011234${"1234"}b3${Buffer.from("fog").toString("hex")}06${Buffer.from("wifi-1").toString("hex")}`,
    );
    // A segment of 13 bytes and more has its length in a byte of its own.
    expect(encodeGet(1, "/fourteen-bytes").toString("hex")).toBe(
      `420100010001bd01${Buffer.from("fourteen-bytes").toString("hex")}`,
    );
  });
});
