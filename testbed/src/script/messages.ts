import type { ServientOptions } from "@fogwot/core";
import type { RegistrationOptions } from "@fogwot/fog";
import type { SiteThing } from "../things/thing-descriptions";

/** What a script's process is told at its start. */
export interface ScriptConfig {
  /** Absolute. */
  readonly script: string;
  readonly args: readonly string[];
  readonly requestTimeoutMs: number;
  /** None without a site. */
  readonly things: readonly SiteThing[];
  /** Where `discover()` begins. */
  readonly introductions: readonly string[];
  readonly brokers: Readonly<Record<string, { username: string; password: string }>>;
  /** Of a secured site: what its Things are shown in the operator's name. */
  readonly operator: Pick<ServientOptions, "tls" | "credentials">;
  /** Where Things that the script exposes are registered; none without a site. */
  readonly directory: Pick<RegistrationOptions, "url" | "proof" | "ca"> | null;
  /** Where Things that the script exposes are served; 0 takes a free one. */
  readonly ports: { readonly http: number | undefined; readonly coap: number | undefined };
}

/** What it tells at its end. */
export type ScriptEnd =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string; readonly code: string };
