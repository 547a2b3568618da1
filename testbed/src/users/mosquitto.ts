import {
  createAccess,
  credentialsOf,
  mosquittoAcl,
  mosquittoPasswords,
  readSecretFile,
  secretFiles,
  serviceCredentials,
  type ThingAtBroker,
} from "@fogwot/core";
import { modelOfUrn } from "@fogwot/thing-descriptions";
import { makePrivateDirectory, siteDirectory } from "../site-run/state-directory";
import { siteToken } from "../site-run/token";
import type { UserStore } from "./user-store";

/** The site's rules for an external mosquitto (`acl_file`). */
export function siteAcl(store: UserStore): string {
  const { site } = store;
  const users = store.list();
  const access = createAccess({ security: site.security, users });
  return mosquittoAcl({
    topicPrefix: `fogwot/${site.site}`,
    things: thingsOf(store),
    users: users.users,
    access,
    nodes: site.nodes.map(({ name }) => name),
  });
}

/**
 * Users and programs of the site for an external mosquitto (`password_file`).
 * @throws ConfigError where `services.key` is missing
 */
export function sitePasswords(store: UserStore, siteFile: string): Promise<string> {
  const { site } = store;
  const root = readSecretFile(secretFiles(site.security.folder).services);
  const parts = ["server", ...site.nodes.map(({ name }) => name)];
  return mosquittoPasswords(store.list().users, [
    ...parts.map((part) => serviceCredentials(root, "", part)),
    credentialsOf("operator", siteToken(makePrivateDirectory(siteDirectory(siteFile, site.site)))),
  ]);
}

/** What the Things offer, by their models: optional affordances are permitted as if they were there. */
function thingsOf({ site }: UserStore): ThingAtBroker[] {
  return site.nodes.flatMap(({ name: node, networks }) => {
    const named = [
      { name: node, model: "node" },
      ...networks.map(({ name }) => ({ name, model: "network" })),
      ...networks.flatMap(({ devices }) =>
        devices.map(({ id, type }) => ({ name: id, model: type })),
      ),
    ];
    return named.map(({ name, model }) => ({
      base: `fogwot/${site.site}/${node}/${name}`,
      thing: { ...modelOfUrn(`urn:fogwot:model:${model}`), id: `urn:fogwot:${site.site}:${name}` },
    }));
  });
}
