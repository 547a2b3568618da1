import * as fs from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import type { ActionFactory, CommandModule } from "./command-line";

/** Every file of a folder is a subcommand: its name is the file's, and it exports `command`. */
export function addSubcommands(command: Command, action: ActionFactory, folder: string): void {
  const files = fs.readdirSync(folder).filter((file) => /^[a-z-]+\.(js|ts)$/.test(file));
  for (const file of files.sort()) {
    const { command: one } = require(path.join(folder, file)) as { command: CommandModule };
    const added = command.command(file.replace(/\.(js|ts)$/, "")).description(one.summary);
    one.configure(added, action);
  }
}
