import * as fs from "node:fs";
import * as path from "node:path";
import { Command, CommanderError } from "commander";
import { type CommandModule, runAction } from "./command-line";
import type * as Failures from "./failure";
import type * as Schemas from "./print-schema";
import { version } from "./version";

const COMMANDS = path.join(__dirname, "commands");

/** Runs the command line. `argv` as in process.argv; the exit code goes to process.exitCode. */
export function main(argv: readonly string[]): void {
  endQuietlyWhenNobodyReads();
  createProgram(argv[2])
    .parseAsync([...argv])
    .catch((thrown: unknown) => {
      if (thrown instanceof CommanderError) {
        // commander has already told: help and version end well, everything else is wrong use.
        process.exitCode = thrown.exitCode === 0 ? 0 : 2;
        return;
      }
      const { describeFailure } = require("./failure") as typeof Failures;
      const failure = describeFailure(thrown);
      process.stderr.write(`${failure.text}\n`);
      process.exitCode = failure.exitCode;
    });
}

/** Only the named command is loaded; without a known name all are, for help and suggestions. */
export function createProgram(wanted: string | undefined): Command {
  const program = new Command("fogwot")
    .description(
      "W3C Web of Things from sensor firmware to mash-up: runs, measures and steers a site",
    )
    .version(version(), "-V, --version", "print the version")
    .option(
      "--print-schema [kind]",
      "print the JSON Schema of a file kind: site, emulation, experiment, channel or scenario",
    )
    .showHelpAfterError("(fogwot --help shows every command)")
    .exitOverride()
    .on("option:print-schema", (kind: string | null) => {
      const { schemaText } = require("./print-schema") as typeof Schemas;
      process.stdout.write(schemaText(kind ?? "site"));
      throw new CommanderError(0, "fogwot.printSchema", "");
    });
  const names = commandNames();
  const chosen = wanted !== undefined && names.includes(wanted) ? [wanted] : names;
  for (const name of chosen) addCommand(program, name);
  return program;
}

/** Every file in `commands/` is a command. */
export function commandNames(): string[] {
  return fs
    .readdirSync(COMMANDS)
    .filter((file) => /^[a-z-]+\.(js|ts)$/.test(file))
    .map((file) => file.replace(/\.(js|ts)$/, ""))
    .sort();
}

function addCommand(program: Command, name: string): void {
  const { command } = require(path.join(COMMANDS, name)) as { command: CommandModule };
  const added = program.command(name).description(command.summary);
  command.configure(added, runAction);
  for (const one of [added, ...added.commands]) finish(one);
}

function finish(command: Command): void {
  command.exitOverride().showHelpAfterError(`(fogwot ${pathOf(command)} --help shows how)`);
  const isGroup = command.commands.length > 0;
  if (!isGroup) command.option("--json", "print one JSON object as the last line");
}

function pathOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${pathOf(parent)} ${command.name()}` : command.name();
}

/** `fogwot things | head -1` closes our stdout early, and that is no fault. */
function endQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(0);
    });
  }
}
