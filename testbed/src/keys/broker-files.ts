import * as fs from "node:fs";
import {
  createAccess,
  loadUsers,
  mosquittoAcl,
  mosquittoPasswords,
  readSecretFile,
  type SecretFiles,
  serviceCredentials,
  siteTopics,
  writeSecretFile,
} from "@fogwot/core";
import { siteThings } from "@fogwot/fog";
import type { KeyFile } from "./make-keys";
import type { SecuredSite } from "./require-security";

/**
 * The site's rules and users for a mosquitto of its own; made anew each time, because either may have
 * changed. Nothing for a site with the embedded broker, which asks the rules themselves.
 */
export async function brokerFiles(site: SecuredSite, files: SecretFiles): Promise<KeyFile[]> {
  if (site.broker.url === undefined) return [];
  const { users } = loadUsers(files.users);
  const { topicPrefix } = siteTopics(site.site);
  const nodes = site.nodes.map(({ name }) => name);
  const root = readSecretFile(files.services);
  const access = createAccess({ security: site.security });
  try {
    const acl = mosquittoAcl({
      ...{ topicPrefix, users, access, nodes },
      things: siteThings(site).map(({ node, name, description }) => ({
        base: `${topicPrefix}/${node}/${name}`,
        thing: description,
      })),
    });
    const programs = ["server", ...nodes].map((part) => serviceCredentials(root, "", part));
    const passwords = await mosquittoPasswords(users, programs);
    const what = "for the site's mosquitto";
    return [
      write(files.brokerRules, acl, { what: `acl_file ${what}` }),
      write(files.brokerPasswords, passwords, {
        what: `password_file ${what}`,
        note: "mosquitto reads both anew at SIGHUP; run this again when users, rules or Things change",
      }),
    ];
  } finally {
    access.close();
  }
}

function write(file: string, text: string, rest: Pick<KeyFile, "what" | "note">): KeyFile {
  const did = fs.existsSync(file) ? "replaced" : "made";
  writeSecretFile(file, text);
  return { file, did, ...rest };
}
