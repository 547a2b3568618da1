import type { HttpCredentials } from "../bindings/http";
import { LeanServient } from "./lean-servient";

/** Shown to whatever Thing asks for some; of its own credentials a Thing gets those first. */
export interface ServientCredentials extends HttpCredentials {
  /** Hosts they may be sent to: a description that names another one gets nothing. */
  readonly hosts: readonly string[];
  /** Of TLS-PSK. */
  readonly identity?: string;
  /** Hexadecimal. */
  readonly key?: string;
}

/** A Servient with credentials for every Thing of its site, beside node-wot's store by Thing id. */
export class CredentialedServient extends LeanServient {
  readonly #common: ServientCredentials | undefined;

  constructor(common?: ServientCredentials) {
    super();
    this.#common = common;
  }

  override getCredentials(identifier: string): unknown {
    return super.getCredentials(identifier) ?? this.#common;
  }

  override retrieveCredentials(identifier: string): unknown[] | undefined {
    const own = super.retrieveCredentials(identifier);
    if (own && own.length > 0) return own;
    // Who asks for a Thing asks for its origin next: what is stored for that comes first, too.
    return this.#common && identifier.includes("://") ? [this.#common] : undefined;
  }
}
