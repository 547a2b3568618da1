import type { BindingHarness } from "../../compliance";
import { CoapBindingClientFactory, CoapBindingServer, type CoapServerOptions } from "..";
import { sendMalformed } from "./malformed";

/** The CoAP binding as the compliance suite sees it. */
export async function openCoapHarness(
  options: Partial<CoapServerOptions> = {},
): Promise<BindingHarness> {
  return {
    createServer: (overrides) => new CoapBindingServer({ port: 0, ...options, ...overrides }),
    createClientFactory: ({ timeoutMs }) => new CoapBindingClientFactory({ timeoutMs }),
    baseUrl: (server) => `coap://127.0.0.1:${server.getPort()}`,
    sendMalformed: async (server, count) =>
      (await sendMalformed(server.getPort(), count)).countable,
    close: async () => undefined,
  };
}
