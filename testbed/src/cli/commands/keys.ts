import type * as MakeKeys from "../../keys/make-keys";
import type { KeyPart } from "../../keys/make-keys";
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
  summary: "make the secrets of a site: certificates, key of tokens, the programs' own",
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
      );
  },
};
