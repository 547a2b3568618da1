import type { ProtocolClient, SecurityScheme } from "@node-wot/core";
import { takesLimits } from "../../bindings/limits";

/** What is needed of a node-wot Servient. */
export interface ClientHost {
  hasClientFor(scheme: string): boolean;
  getClientFor(scheme: string): ProtocolClient;
  retrieveCredentials(identifier: string): unknown[] | undefined;
  /** For servers of one's own that the store says nothing of. */
  credentialsAt?(href: string): unknown;
}

interface Security {
  readonly schemes: SecurityScheme[];
  readonly credentials: unknown[];
}

export interface PooledClient {
  readonly client: ProtocolClient;
  /** Whether the credentials suit one of the security schemes. */
  readonly suits: boolean;
}

/**
 * The clients of one Servient's consumers: one per URL scheme and way to prove who asks, however many
 * Things are consumed. (node-wot makes one per Thing, and without credentials one per call with a
 * form index.)
 */
export class ClientPool {
  readonly #host: ClientHost;
  readonly #shared = new Map<string, PooledClient>();
  readonly #withoutCredentials = new WeakMap<SecurityScheme[], string>();

  constructor(host: ClientHost) {
    this.#host = host;
  }

  has(scheme: string): boolean {
    return this.#host.hasClientFor(scheme);
  }

  /**
   * By the Thing's id, as node-wot's configuration has it; else by the origin, so that one entry
   * serves all Things of a server; else what the Servient has for servers of its own site.
   */
  credentialsFor(id: string | undefined, href: string): unknown[] {
    const byId = id === undefined ? undefined : this.#host.retrieveCredentials(id);
    const stored = byId ?? this.#host.retrieveCredentials(originOf(href));
    return stored ?? [this.#host.credentialsAt?.(href)].filter((one) => one !== undefined);
  }

  /** @param own clients of other makers, which cannot be shared between Things */
  get(scheme: string, security: Security, own: Map<string, PooledClient>): PooledClient {
    const key = this.#keyOf(scheme, security);
    const known = this.#shared.get(key) ?? own.get(key);
    if (known) return known;
    const client = this.#host.getClientFor(scheme);
    const { schemes, credentials } = security;
    const [first] = credentials;
    // A client of another maker takes one set only.
    const suits = client.setSecurity(schemes, takesLimits(client) ? credentials : first);
    const made = { client, suits };
    (takesLimits(client) ? this.#shared : own).set(key, made);
    return made;
  }

  /** Schemes without credentials are the same text each time; credentials may have changed. */
  #keyOf(scheme: string, security: Security): string {
    const { schemes, credentials } = security;
    let text = credentials.length > 0 ? undefined : this.#withoutCredentials.get(schemes);
    if (text === undefined) {
      text = JSON.stringify({ schemes, credentials });
      if (credentials.length === 0) this.#withoutCredentials.set(schemes, text);
    }
    return `${scheme} ${text}`;
  }

  /** Ends connections that only wait for another use. Clients are made anew when they are needed. */
  async release(): Promise<void> {
    const clients = [...this.#shared.values()];
    this.#shared.clear();
    await Promise.all(clients.map(({ client }) => client.stop()));
  }
}

/** `scheme://host:port`, also of URLs that have no origin on the Web. */
function originOf(href: string): string {
  const [origin = href] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(href) ?? [];
  return origin.replace(/\/\/[^/]*@/, "//").toLowerCase();
}
