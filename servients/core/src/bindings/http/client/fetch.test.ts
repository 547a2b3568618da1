import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { makeCertificate } from "../testing/certificate";
import { createFetch } from "./fetch";

describe("createFetch", () => {
  const servers: http.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function listen(server: http.Server, scheme: string): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const asks: http.RequestListener = (request, response) => {
    const isKnown = request.headers.authorization === "Bearer t";
    response.writeHead(isKnown ? 200 : 401, { "WWW-Authenticate": 'Bearer realm="x"' });
    response.end(`${request.method} ${request.headers["x-trace"]}`);
  };

  it("trusts the certificates it is given, over TLS, and shows a token where it is asked", async () => {
    const made = await makeCertificate();
    try {
      const url = await listen(
        https.createServer({ key: made.key, cert: made.cert }, asks),
        "https",
      );
      const trusting = createFetch({ ca: made.cert, credentials: { token: "t" } });
      const init = { method: "POST", body: "ü", headers: { "x-trace": "1" } };
      const response = await trusting(url, init);
      expect([response.status, await response.text()]).toEqual([200, "POST 1"]);
      expect((await trusting(url, { method: "HEAD" })).status).toBe(200);
      await expect(createFetch({})(url)).rejects.toThrow();
    } finally {
      await made.remove();
    }
  });

  it("takes nothing along to another origin, and shows nothing to a host it is not for", async () => {
    const seen: http.IncomingHttpHeaders[] = [];
    const other = await listen(
      http.createServer((request, response) => {
        seen.push(request.headers);
        response.writeHead(401, { "WWW-Authenticate": "Bearer" }).end();
      }),
      "http",
    );
    const here = await listen(
      http.createServer((_, response) => response.writeHead(302, { Location: other }).end()),
      "http",
    );
    const headers = { authorization: "Bearer mine", "x-api-key": "mine", accept: "text/plain" };
    const credentials = { token: "t", hosts: ["192.0.2.1"] };
    expect((await createFetch({ credentials })(here, { headers })).status).toBe(401);
    expect(
      seen.map(({ authorization, "x-api-key": key, accept }) => [authorization, key, accept]),
    ).toEqual([[undefined, undefined, "text/plain"]]);
  });

  it("gives a body back as it comes, and the refusal of one who is not known", async () => {
    const url = await listen(http.createServer(asks), "http");
    const wrong = await createFetch({ credentials: { token: "wrong" } })(url);
    expect([wrong.status, await wrong.text()]).toEqual([401, "GET undefined"]);
  });
});
