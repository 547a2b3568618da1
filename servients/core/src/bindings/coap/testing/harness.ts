import type { BindingHarness, BindingServer } from "../../compliance/library";
import { titlePath } from "../../thing-path";
import { CoapBindingClientFactory, CoapBindingServer, type CoapServerOptions } from "..";
import { sendMalformed } from "./malformed";

/** The CoAP binding as the compliance suite sees it. */
export async function openCoapHarness(
  options: Partial<CoapServerOptions> = {},
): Promise<BindingHarness> {
  const baseUrl = (server: BindingServer): string => `coap://127.0.0.1:${server.getPort()}`;
  return {
    createServer: (overrides) => new CoapBindingServer({ port: 0, ...options, ...overrides }),
    createClientFactory: ({ timeoutMs }) => new CoapBindingClientFactory({ timeoutMs }),
    baseUrl,
    descriptionUrl: (server, thing) => `${baseUrl(server)}/${titlePath(thing as never)}`,
    sendMalformed: async (server, count) =>
      (await sendMalformed(server.getPort(), count)).countable,
    close: async () => undefined,
  };
}
