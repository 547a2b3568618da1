import type { Logger } from "../../log";
import type { Access, HttpGuard } from "../../security";
import type { ActionSettings } from "../actions";
import type { ThingPath } from "../thing-path";
import { type Authorize, allowEverything } from "./server/gate";
import type { TlsOptions } from "./server/tls";

/** Which web pages of other origins may call the Things. */
export interface CorsOptions {
  /** `"*"` or exact origins, `https://dashboard.example`. */
  readonly origins: "*" | readonly string[];
}

export interface HttpServerOptions {
  /** Address to bind. @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free port. The PORT environment variable is not read. */
  readonly port: number;
  /** Serves HTTPS (TLS 1.2 or newer) instead of HTTP. */
  readonly tls?: TlsOptions;
  /** Base of every href in the Thing Descriptions. @default `http://<host>:<port>`, or `https:` */
  readonly baseUrl?: string;
  /** Where each Thing lives below the root. @default the slug of its title */
  readonly thingPath?: ThingPath;
  /**
   * Whether Things are still to be exposed: what is not there is answered 503 (5.03) meanwhile, so
   * that subscribers of a Servient that comes back wait for their Thing instead of giving it up.
   * @default never
   */
  readonly isStarting?: () => boolean;
  /** Allows a host beyond loopback without a security scheme. @default false */
  readonly insecure?: boolean;
  /** Largest request body, bytes. @default 1 MiB */
  readonly maxBodyBytes?: number;
  /** Open TCP connections; further ones are closed at once. @default 4096 */
  readonly maxConnections?: number;
  /** Open event streams and waiting polls; further ones get 503. @default 1024 */
  readonly maxSubscribers?: number;
  /** Unsent bytes of one event stream before it is closed as too slow. @default 4 MiB */
  readonly maxQueuedBytes?: number;
  /** Notifications kept per affordance for `Last-Event-ID`. @default 1024 */
  readonly replayedNotifications?: number;
  /** How long an affordance without subscribers keeps notifying for a replay. @default 30,000 ms */
  readonly replayWindowMs?: number;
  /**
   * Longest wait of a poll for a notification; a client may ask for less by `Prefer: wait`. Long,
   * because node-wot's client takes the empty answer at its end for a notification.
   * @default 900,000 ms
   */
  readonly longPollTimeoutMs?: number;
  /** Whether values can be had, and sent, in CBOR too. @default true */
  readonly cbor?: boolean;
  /** Limits on asynchronous actions, per Thing. */
  readonly actions?: Partial<ActionSettings>;
  /** Who may do what, by the credentials shown. @default nobody is asked for any */
  readonly access?: Access;
  /** Decides about every request to a Thing where there is no `access`. @default everything is allowed */
  readonly authorize?: Authorize;
  /** Interval of the comments that keep an event stream open. @default 15,000 ms */
  readonly keepAliveCommentMs?: number;
  /** Longest wait for a request's header. @default 10,000 ms */
  readonly headersTimeoutMs?: number;
  /** Longest wait for a whole request. @default 30,000 ms */
  readonly requestTimeoutMs?: number;
  /** Longest wait for a Thing's handler; the client gets 504 then. @default 120,000 ms */
  readonly responseTimeoutMs?: number;
  /** How long an idle connection stays open. @default 65,000 ms */
  readonly keepAliveTimeoutMs?: number;
  /** @default undefined: pages of other origins may not */
  readonly cors?: CorsOptions;
  readonly log?: Logger;
}

export const HTTP_DEFAULTS = {
  host: "127.0.0.1",
  insecure: false,
  maxBodyBytes: 1024 * 1024,
  maxConnections: 4096,
  maxSubscribers: 1024,
  maxQueuedBytes: 4 * 1024 * 1024,
  replayedNotifications: 1024,
  replayWindowMs: 30_000,
  keepAliveCommentMs: 15_000,
  longPollTimeoutMs: 900_000,
  cbor: true,
  authorize: allowEverything,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  responseTimeoutMs: 120_000,
  keepAliveTimeoutMs: 65_000,
} as const;

/** The options with every default filled in. */
export type HttpSettings = HttpServerOptions &
  Required<Pick<HttpServerOptions, keyof typeof HTTP_DEFAULTS>> & {
    /** Behind `authorize`, where there is `access`. */
    readonly guard?: HttpGuard;
  };
