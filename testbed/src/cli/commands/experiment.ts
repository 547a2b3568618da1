import * as path from "node:path";
import type { CommandModule } from "../command-line";
import { addSubcommands } from "../subcommands";

export const command: CommandModule = {
  summary: "sensing policies on modelled channels: run, compare, reproduce the paper",
  configure(command, action) {
    addSubcommands(command, action, path.join(__dirname, "experiment"));
  },
};
