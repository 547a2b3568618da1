import type { BindingName } from "@fogwot/core";
import { Option } from "commander";
import type * as Running from "../../../processors/running-processors";
import type { CommandModule } from "../../command-line";

interface Options {
  site?: string;
  to?: string[];
  binding?: BindingName;
}

export const command: CommandModule = {
  summary: "deploy a published processor on a running site, state included",
  configure(command, action) {
    command
      .argument("<name>", "of the processor, as the site file names it")
      .argument("<artifact>", "the .wasm that `fogwot processor publish` made")
      .option("-s, --site <site>", "as for `fogwot up`")
      .option(
        "--to <node>",
        "a node, or server; repeatable; without it all that have the name",
        (one: string, before: string[] = []) => [...before, one],
      )
      .addOption(new Option("--binding <name>", "over which").choices(["http", "coap", "mqtt"]))
      .action(
        action<Options>(async ({ output, args, options: { site, to, binding } }) => {
          const { deployProcessor } =
            require("../../../processors/running-processors") as typeof Running;
          const [name = "", artifact = ""] = args;
          const deployed = await deployProcessor(
            { site, binding, name, to, artifact },
            ({ node, version, wasmSha256, state, elapsedMs }) => {
              const took = `state ${state}, ${elapsedMs.toFixed(0)} ms`;
              output.line(`${node}   ${name} ${version}   ${wasmSha256.slice(0, 12)}   ${took}`);
            },
          );
          output.result({ name, deployed });
          return 0;
        }),
      );
  },
};
