import * as path from "node:path";
import type { CommandModule } from "../command-line";
import { addSubcommands } from "../subcommands";

export const command: CommandModule = {
  summary: "WebAssembly processors: build, test, sign; deploy on a running site",
  configure(command, action) {
    addSubcommands(command, action, path.join(__dirname, "processor"));
  },
};
