import * as fs from "node:fs";
import * as path from "node:path";
import type { CommandModule } from "../command-line";

const FOLDER = path.join(__dirname, "experiment");

export const command: CommandModule = {
  summary: "sensing policies on modelled channels: run, compare, reproduce the paper",
  configure(command, action) {
    // Every file in `experiment/` is a subcommand.
    const files = fs.readdirSync(FOLDER).filter((file) => /^[a-z-]+\.(js|ts)$/.test(file));
    for (const file of files.sort()) {
      const subcommand = require(path.join(FOLDER, file)) as { command: CommandModule };
      const name = file.replace(/\.(js|ts)$/, "");
      const added = command.command(name).description(subcommand.command.summary);
      subcommand.command.configure(added, action);
    }
  },
};
