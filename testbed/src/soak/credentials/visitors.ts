import type { BindingName } from "@fogwot/core";
import type { SecurityScheme } from "@node-wot/core";
import type { SecuredSite, UserSecrets } from "./secured-site";

/** What one visitor shows over one binding. */
export interface Shown {
  readonly schemes: SecurityScheme[];
  readonly credentials: unknown;
}

/** Somebody who tries everything: with credentials of one kind per binding. */
export interface Visitor {
  readonly name: string;
  /** Of whom the rules know; empty for one who is nobody. */
  readonly scopes: readonly string[];
  /** Without an entry the visitor does not come by that binding. */
  readonly shows: Readonly<Partial<Record<BindingName, Shown>>>;
}

const BASIC: SecurityScheme = { scheme: "basic" };
const BEARER: SecurityScheme = { scheme: "bearer" };
const API_KEY: SecurityScheme = { scheme: "apikey", in: "header", name: "x-api-key" };
const PSK: SecurityScheme = { scheme: "psk" };
const NOSEC: SecurityScheme = { scheme: "nosec" };

/** Those of whom nobody may be let in anywhere. */
export function intruders({ users, badTokens }: SecuredSite): Visitor[] {
  const { admin } = users;
  const login = (password: string) => ({ username: admin.name, password });
  const nothing: Shown = { schemes: [NOSEC], credentials: undefined };
  const bearer = (token: string): Shown => ({ schemes: [BEARER], credentials: { token } });
  const basic = (password: string): Shown => ({ schemes: [BASIC], credentials: login(password) });
  const psk = (identity: string, key: string): Shown => ({
    schemes: [PSK],
    credentials: { identity, psk: key },
  });
  const apiKey: Shown = { schemes: [API_KEY], credentials: { apiKey: admin.apiKey.slice(1) } };
  return [
    nobody("nothing", { http: nothing, coap: psk("nobody", admin.psk), mqtt: nothing }),
    nobody("a wrong password", {
      http: basic(`${admin.password}x`),
      coap: psk(admin.name, "00".repeat(32)),
      mqtt: basic(`${admin.password}x`),
    }),
    nobody("an expired token", {
      http: bearer(badTokens.expired),
      mqtt: basic(badTokens.expired),
    }),
    nobody("a token of another key", {
      http: bearer(badTokens.foreign),
      mqtt: basic(badTokens.foreign),
    }),
    nobody("a wrong API key", { http: apiKey, mqtt: basic(admin.apiKey) }),
    nobody("another's key", {
      http: bearer(admin.apiKey),
      coap: psk(admin.name, users.reader.psk),
    }),
  ];
}

/** Users of the site, each by every kind of credentials there is. */
export function knownUsers({ users }: SecuredSite): Visitor[] {
  return Object.values(users).flatMap((user) => [byPassword(user), byToken(user), byApiKey(user)]);
}

function byPassword({ name, scopes, password, psk }: UserSecrets): Visitor {
  const basic: Shown = { schemes: [BASIC], credentials: { username: name, password } };
  const key: Shown = { schemes: [PSK], credentials: { identity: name, psk } };
  return {
    name: `${name}, by password and PSK`,
    scopes,
    shows: { http: basic, coap: key, mqtt: basic },
  };
}

function byToken({ name, scopes, token }: UserSecrets): Visitor {
  const http: Shown = { schemes: [BEARER], credentials: { token } };
  const mqtt: Shown = { schemes: [BASIC], credentials: { username: name, password: token } };
  return { name: `${name}, by token`, scopes, shows: { http, mqtt } };
}

function byApiKey({ name, scopes, apiKey }: UserSecrets): Visitor {
  const http: Shown = { schemes: [API_KEY], credentials: { apiKey } };
  return { name: `${name}, by API key`, scopes, shows: { http } };
}

function nobody(name: string, shows: Visitor["shows"]): Visitor {
  return { name, scopes: [], shows };
}
