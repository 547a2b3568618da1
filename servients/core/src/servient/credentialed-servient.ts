import { type HttpCredentials, mayBeSentTo } from "../bindings/http";
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

  /**
   * What is shown to a server that neither its Thing nor its origin has credentials for in the store.
   * Asked with the address that is about to be used: what a Thing is called proves nothing.
   */
  credentialsAt(href: string): ServientCredentials | undefined {
    const common = this.#common;
    return common && mayBeSentTo(common, href) ? common : undefined;
  }
}
