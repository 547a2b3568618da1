import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigError, makeSecretFolder, writeSecretFile } from "@fogwot/core";
import {
  checkPublisherKey,
  checkSecretKey,
  checkTrust,
  makePublisherKey,
  NO_TRUST,
  openPart,
  type PublisherKey,
  readJson,
  type SecretKey,
  type Trust,
  withPublisher,
} from "@fogwot/wasm";
import { UsageError } from "../errors";

export interface MadeKey {
  readonly name: string;
  readonly keyId: string;
  /** 0600: whoever has it can publish in this name. */
  readonly secretFile: string;
  /** To be handed to whoever runs nodes. */
  readonly publicFile: string;
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Where publishers' keys lie: $FOGWOT_KEYS, else the XDG configuration folder. */
export function publisherFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment.FOGWOT_KEYS) return path.resolve(environment.FOGWOT_KEYS);
  const base = environment.XDG_CONFIG_HOME || path.join(os.homedir(), ".config");
  return path.join(base, "fogwot", "keys");
}

/**
 * Makes the key of a publisher of processors. One that is there is never written over.
 * @throws UsageError
 */
export function newPublisherKey(name: string, folder = publisherFolder()): MadeKey {
  if (!NAME.test(name)) {
    throw new UsageError(`keys new ${name}: wanted lower-case letters, digits, dots and hyphens`);
  }
  const files = filesOf(name, folder);
  if (fs.existsSync(files.secretFile)) {
    throw new UsageError(`${files.secretFile} is there already; choose another name`);
  }
  const key = makePublisherKey(name);
  makeSecretFolder(folder);
  writeSecretFile(files.secretFile, `${JSON.stringify(key)}\n`);
  writeSecretFile(files.publicFile, `${JSON.stringify(openPart(key))}\n`);
  fs.chmodSync(files.publicFile, 0o644);
  return { name, keyId: key.kid, ...files };
}

function filesOf(name: string, folder: string): Pick<MadeKey, "secretFile" | "publicFile"> {
  return {
    secretFile: path.join(folder, `${name}.key.json`),
    publicFile: path.join(folder, `${name}.pub.json`),
  };
}

/**
 * @param nameOrFile of a publisher
 * @throws ConfigError when it is not there, or others may read it; KeyError when it is no key
 */
export function loadSecretKey(nameOrFile: string, folder = publisherFolder()): SecretKey {
  const file = nameOrFile.endsWith(".json") ? nameOrFile : filesOf(nameOrFile, folder).secretFile;
  if (!fs.existsSync(file)) {
    const wanted = `a publisher's key; make one with: fogwot keys new ${path.basename(file, ".key.json")}`;
    throw new ConfigError(file, [{ path: "", got: "no file", wanted }]);
  }
  const mode = fs.statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    const wanted = `0600; chmod 600 ${file}`;
    throw new ConfigError(file, [{ path: "", got: `mode 0${mode.toString(8)}`, wanted }]);
  }
  return checkSecretKey(readJson(file), file);
}

/** Whose processors run, as it stands in a file; an empty list where there is none. */
export function loadTrust(file: string): Trust {
  return fs.existsSync(file) ? checkTrust(readJson(file), file) : NO_TRUST;
}

/** Puts publishers into a list of trust. @param publicFiles as `keys new` writes them */
export function trustPublishers(file: string, publicFiles: readonly string[]): Trust {
  const keys = publicFiles.map((one): PublisherKey => checkPublisherKey(readJson(one), one));
  const trust = keys.reduce(withPublisher, loadTrust(file));
  return save(file, trust);
}

/**
 * Takes ids of keys (32 hex digits), and hashes of modules (64), out of use.
 * @throws UsageError
 */
export function revoke(file: string, ids: readonly string[]): Trust {
  const wrong = ids.find((id) => !/^([0-9a-f]{32}|[0-9a-f]{64})$/.test(id));
  if (wrong !== undefined) {
    throw new UsageError(`revoke ${wrong}: wanted the id of a key, or the SHA-256 of a module`);
  }
  const { publishers, revoked } = loadTrust(file);
  const of = (length: number): string[] => ids.filter((id) => id.length === length);
  return save(file, {
    publishers,
    revoked: {
      keys: [...new Set([...revoked.keys, ...of(32)])],
      modules: [...new Set([...revoked.modules, ...of(64)])],
    },
  });
}

function save(file: string, trust: Trust): Trust {
  writeSecretFile(path.resolve(file), `${JSON.stringify(trust, null, 2)}\n`);
  return trust;
}
