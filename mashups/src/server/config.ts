import type { ServiceSecrets, Site } from "@fogwot/core";

/** What the processing server's process is started with. */
export interface ServerConfig {
  readonly site: Site;
  /** Holds the store and the directory; made where missing, readable by its owner only. */
  readonly stateDirectory: string;
  /** Instead of the site's; 0 takes a free one. */
  readonly ports?: {
    readonly http?: number;
    readonly mqtt?: number;
    /** Of the server's own Thing. */
    readonly thing?: number;
  };
  /** Bearer token of everything that changes something, and of exports, where the site has no `security`. */
  readonly token: string;
  /** Of a site with `security`: whom the server lets in, and what it shows itself. */
  readonly services?: ServiceSecrets;
  /** Real time per unscaled time of sensing: 0.1 runs ten times as fast. @default 1 */
  readonly timeScale?: number;
  /**
   * Name of the run; `-2` and so on is added when the store has rows of that run already, because a
   * run counts its slots from 1. @default start time and a random part
   */
  readonly run?: string;
  /**
   * Module that each policy's thread requires before its policy: what lets an author's policy be TypeScript.
   * @default none: policies are JavaScript
   */
  readonly policyHooks?: string;
  readonly logLevel?: string;
}

/** Where the started server is reached. */
export interface ServerReport {
  /** `http://127.0.0.1:18080` */
  readonly url: string;
  /** `http://127.0.0.1:18080/things` */
  readonly directoryUrl: string;
  /** null: the site has no broker. */
  readonly brokerUrl: string | null;
  /** The server's own Things: one where it runs processors. */
  readonly things?: readonly ServerThing[];
}

export interface ServerThing {
  readonly id: string;
  readonly kind: "node";
  readonly title: string;
  readonly tdUrl: string;
}
