import type { Command } from "commander";
import type * as FindSite from "../../site-run/find-site";
import type * as Mosquitto from "../../users/mosquitto";
import type * as ReadPassword from "../../users/read-password";
import type * as UserStores from "../../users/user-store";
import type * as Users from "../../users/users";
import type { Action, CommandModule, Invocation } from "../command-line";
import { parseDuration, parseScopes } from "../options";

interface Options {
  site?: string;
  scopes?: string[];
  for?: number;
  password?: boolean;
}

interface Work extends Invocation<Options> {
  readonly siteFile: string;
  readonly store: UserStores.UserStore;
  readonly users: typeof Users;
  readonly name: string;
}

const HOUR_MS = 3_600_000;
const LONGEST_TOKEN_MS = 31 * 24 * HOUR_MS;

export const command: CommandModule = {
  summary: "who may use a secured site: users with passwords, tokens, API keys, pre-shared keys",
  configure(command, action) {
    const sub = (text: string, description: string): Command =>
      command
        .command(text)
        .description(description)
        .option("-s, --site <site>", "as for `fogwot up`");

    sub("add <name>", "a new user; the password is the first line of stdin, or is asked for")
      .requiredOption("--scopes <list>", "what the access rules name: read,operate", parseScopes)
      .option("--no-password", "without one: for API keys, tokens and pre-shared keys alone")
      .action(action<Options>(on(add)));
    sub("list", "the users, and what each can show").action(action<Options>(on(list)));
    sub("remove <name>", "takes a user out, and tokens of that name back").action(
      action<Options>(on(remove)),
    );
    sub("password <name>", "a new password, from stdin or asked for").action(
      action<Options>(on(password)),
    );
    sub("scopes <name>", "other scopes")
      .requiredOption("--scopes <list>", "what the access rules name", parseScopes)
      .action(action<Options>(on(scopes)));
    sub("apikey <name>", "a new API key in place of the old one; printed this once").action(
      action<Options>(on(apikey)),
    );
    sub("psk <name>", "a new pre-shared key for coaps+tcp; printed this once").action(
      action<Options>(on(psk)),
    );
    sub("token <name>", "a token (JWT); printed this once, kept nowhere")
      .option("--scopes <list>", "fewer than the user has", parseScopes)
      .option("--for <duration>", "how long it holds: 15m, 8h", parseDuration, HOUR_MS)
      .action(action<Options>(on(token)));
    sub("acl", "the access rules as an ACL file of mosquitto, for an external broker").action(
      action<Options>(on(acl)),
    );
    sub("passwords", "users and programs as a password file of mosquitto").action(
      action<Options>(on(passwords)),
    );
  },
};

function on(work: (work: Work) => Promise<void>): Action<Options> {
  return async (invocation) => {
    const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
    const { UserStore } = require("../../users/user-store") as typeof UserStores;
    const users = require("../../users/users") as typeof Users;
    const siteFile = findSiteFile(invocation.options.site);
    const store = new UserStore(siteFile);
    await work({ ...invocation, siteFile, store, users, name: invocation.args[0] ?? "" });
    return 0;
  };
}

async function add({ output, options, store, users, name }: Work): Promise<void> {
  const hasPassword = options.password !== false;
  const given = hasPassword ? { password: await askPassword(name) } : {};
  await users.addUser(store, { name, scopes: options.scopes ?? [], ...given });
  output.line(`${name} may use ${store.site.site}`);
  output.result({ name, scopes: options.scopes });
}

async function list({ output, store, users }: Work): Promise<void> {
  const all = store.list().users.map(users.summaryOf);
  for (const { name, scopes, has } of all) {
    output.line(`${name.padEnd(20)} ${scopes.join(" ").padEnd(24)} ${has.join(", ")}`);
  }
  output.result({ users: all });
}

async function remove({ output, store, users, name }: Work): Promise<void> {
  await users.removeUser(store, name, clock());
  output.line(`${name} may not use ${store.site.site} any more`);
  output.result({ name });
}

async function password({ output, store, users, name }: Work): Promise<void> {
  await users.setPassword(store, name, await askPassword(name));
  output.line(`${name} has a new password`);
  output.result({ name });
}

async function scopes({ output, options, store, users, name }: Work): Promise<void> {
  await users.setScopes(store, name, options.scopes ?? []);
  output.line(`${name} has the scopes ${options.scopes?.join(" ")}`);
  output.result({ name, scopes: options.scopes });
}

async function apikey({ output, store, users, name }: Work): Promise<void> {
  const key = await users.makeApiKey(store, name);
  output.line(key);
  output.result({ name, apiKey: key });
}

async function psk({ output, store, users, name }: Work): Promise<void> {
  const key = await users.makePsk(store, name);
  output.line(key);
  output.result({ name, identity: name, psk: key });
}

async function token({ output, options, store, users, name }: Work): Promise<void> {
  const lifetimeMs = Math.min(options.for ?? HOUR_MS, LONGEST_TOKEN_MS);
  const made = await users.makeToken(
    store,
    { name, lifetimeMs, ...(options.scopes ? { scopes: options.scopes } : {}) },
    clock(),
  );
  if (lifetimeMs < (options.for ?? 0)) output.note("a token holds for 31 days at most");
  output.line(made);
  output.result({ name, token: made, lifetimeMs });
}

async function acl({ output, store }: Work): Promise<void> {
  const { siteAcl } = require("../../users/mosquitto") as typeof Mosquitto;
  const text = siteAcl(store);
  output.raw(text);
  output.result({ acl: text });
}

async function passwords({ output, store, siteFile }: Work): Promise<void> {
  const { sitePasswords } = require("../../users/mosquitto") as typeof Mosquitto;
  const text = await sitePasswords(store, siteFile);
  output.raw(text);
  output.result({ passwords: text });
}

function askPassword(name: string): Promise<string> {
  const { readPassword } = require("../../users/read-password") as typeof ReadPassword;
  return readPassword(name);
}

function clock() {
  const { systemClock } = require("@fogwot/core") as typeof import("@fogwot/core");
  return systemClock;
}
