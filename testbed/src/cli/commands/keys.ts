import type * as MakeKeys from "../../keys/make-keys";
import type { KeyPart } from "../../keys/make-keys";
import type * as PublisherKeys from "../../keys/publisher-keys";
import type * as Failures from "../../processors/processor-failure";
import type * as FindSite from "../../site-run/find-site";
import type { CommandModule } from "../command-line";
import { parseNames } from "../options";

interface Options {
  rotate?: true | KeyPart[];
}

const PARTS: readonly KeyPart[] = ["ca", "server", "tokens", "services"];
/** All but what every client would have to be told of. */
const USUAL: readonly KeyPart[] = ["server", "tokens", "services"];

export const command: CommandModule = {
  summary: "make the secrets of a site, and publishers' keys: fogwot keys new",
  configure(command, action) {
    command
      .argument("[site]", "as for `fogwot up`; its file has a section `security`")
      .option(
        "--rotate [parts]",
        `make anew what is there: ${PARTS.join(",")}; without parts all but ca`,
        parseNames(PARTS),
      )
      .action(
        action<Options>(async ({ output, args, options: { rotate = [] } }) => {
          const { systemClock } = require("@fogwot/core") as typeof import("@fogwot/core");
          const { findSiteFile } = require("../../site-run/find-site") as typeof FindSite;
          const { makeKeys } = require("../../keys/make-keys") as typeof MakeKeys;
          const report = await makeKeys({
            siteFile: findSiteFile(args[0]),
            rotate: rotate === true ? USUAL : rotate,
            clock: systemClock,
          });
          for (const { file, what, did, note } of report.files) {
            output.line(`${did.padEnd(8)} ${file}   ${what}`);
            if (note) output.line(`         ${note}`);
          }
          output.result(report);
          return 0;
        }),
      )
      .option("--json", "print one JSON object as the last line");
    command
      .command("new <name>")
      .description("the key of a publisher of processors")
      .option("--folder <folder>", "where keys lie; $FOGWOT_KEYS or ~/.config/fogwot/keys without")
      .action(
        action<{ folder?: string }>(async ({ output, args, options }) => {
          const made = await publisherKeys((keys) =>
            keys.newPublisherKey(args[0] ?? "", options.folder),
          );
          output.line(`made ${made.secretFile}   keep it to yourself: who has it publishes as you`);
          output.line(`made ${made.publicFile}   for whoever runs nodes; id ${made.keyId}`);
          output.result(made);
          return 0;
        }),
      );
    command
      .command("trust <list> <publicKeys...>")
      .description(
        "put publishers into a node's list of trust, a file that is made where there is none",
      )
      .action(
        action(async ({ output, args: [file = "", ...publicKeys] }) => {
          const trust = await publisherKeys((keys) => keys.trustPublishers(file, publicKeys));
          for (const { kid, name } of trust.publishers) output.line(`${kid}   ${name}`);
          output.result(trust);
          return 0;
        }),
      );
    command
      .command("revoke <list> <ids...>")
      .description("take ids of keys, or SHA-256 of modules, out of use in a list of trust")
      .action(
        action(async ({ output, args: [file = "", ...ids] }) => {
          const { revoked } = await publisherKeys((keys) => keys.revoke(file, ids));
          for (const id of [...revoked.keys, ...revoked.modules]) output.line(`revoked ${id}`);
          output.result({ revoked });
          return 0;
        }),
      );
  },
};

/** Work on publishers' keys, which are loaded when somebody asks for them. */
function publisherKeys<T>(work: (keys: typeof PublisherKeys) => T): Promise<T> {
  const { onProcessors } = require("../../processors/processor-failure") as typeof Failures;
  return onProcessors(() => work(require("../../keys/publisher-keys") as typeof PublisherKeys));
}
