import type { ExposedThing } from "@node-wot/core";
import { type Access, describeSecurity } from "../../../security";
import { PSK, sampleAccess } from "../../../security/testing/sample-access";
import type { BindingHarness, BindingServer } from "../../compliance/library";
import { titlePath } from "../../thing-path";
import {
  CoapBindingClientFactory,
  CoapBindingServer,
  type CoapSecureOptions,
  type CoapServerOptions,
} from "..";
import { sendMalformed } from "./malformed";
import { sendMalformedFrames } from "./malformed-frames";

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

const PSK_CREDENTIALS = { identity: "admin", key: Buffer.from(PSK, "hex") };

/** The same over TLS by pre-shared key: the Things are secured, and have no other forms. */
export async function openSecureCoapHarness(): Promise<BindingHarness> {
  const { access } = await sampleAccess();
  const portOf = (server: BindingServer): number => (server as SecuredServer).getSecurePort();
  const baseUrl = (server: BindingServer): string => `coaps+tcp://127.0.0.1:${portOf(server)}`;
  return {
    createServer: (overrides) =>
      new SecuredServer({ port: 0, secure: { port: 0, access, ...overrides } }),
    createClientFactory: ({ timeoutMs }) =>
      new CoapBindingClientFactory({ scheme: "coaps+tcp", psk: PSK_CREDENTIALS, timeoutMs }),
    baseUrl,
    descriptionUrl: (server, thing) => `${baseUrl(server)}/${titlePath(thing as never)}`,
    sendMalformed: (server, count) => sendMalformedFrames(portOf(server), PSK_CREDENTIALS, count),
    close: async () => access.close(),
  };
}

/** Writes what its access asks for into each Thing, as a Servient of ours does before. */
class SecuredServer extends CoapBindingServer {
  readonly #access: Access;

  constructor(options: CoapServerOptions & { readonly secure: CoapSecureOptions }) {
    super(options);
    this.#access = options.secure.access;
  }

  override async expose(thing: ExposedThing): Promise<void> {
    describeSecurity(thing, this.#access);
    await super.expose(thing);
  }
}
