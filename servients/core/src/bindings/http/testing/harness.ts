import type { BindingHarness, BindingServer } from "../../compliance/library";
import { titlePath } from "../../thing-path";
import { HttpBindingClientFactory, HttpBindingServer, type HttpServerOptions } from "..";
import { sendMalformed } from "./malformed";

/** The HTTP binding as the compliance suite sees it. */
export async function openHttpHarness(
  options: Partial<HttpServerOptions> = {},
): Promise<BindingHarness> {
  const baseUrl = (server: BindingServer): string =>
    (server as unknown as HttpBindingServer).baseUrl;
  return {
    createServer: (overrides) => new HttpBindingServer({ port: 0, ...options, ...overrides }),
    createClientFactory: ({ timeoutMs }) => new HttpBindingClientFactory({ timeoutMs }),
    baseUrl,
    descriptionUrl: (server, thing) => `${baseUrl(server)}/${titlePath(thing as never)}`,
    sendMalformed: (server: BindingServer, count) => {
      const targets = {
        property: "/compliance-1/properties/level",
        action: "/compliance-1/actions/echo",
      };
      return sendMalformed(server.getPort(), targets, count);
    },
    close: async () => undefined,
  };
}
