import * as fs from "node:fs";
import * as path from "node:path";
import type { Clock, Link, Logger } from "@fogwot/core";
import { UsageError } from "../errors";

/** What stands at the far end of a network's serial line: a radio module, a robot controller. */
export interface LineEmulator {
  /** Where a driver opens the line, while it is plugged in. */
  readonly path: string;
  /** A board behind the line, in reach from now on. Before or after `plugIn`. */
  attach(board: BoardBehindLine): Promise<AttachedBoard>;
  /** @throws ChildProcessError */
  plugIn(): Promise<void>;
  /** A hang-up for the driver; idempotent. */
  unplug(): Promise<void>;
  /** Ends the line and everything behind it; idempotent. */
  stop(): Promise<void>;
}

export interface BoardBehindLine {
  /** Id of the emulated board, and its name on the radio. */
  readonly device: string;
  /** As in the site file, in the driver's notation. */
  readonly address: string;
  readonly link: Link;
}

export interface AttachedBoard {
  /** Where the board's process listens; undefined while it is down. */
  connect(board: { readonly host: string; readonly port: number } | undefined): void;
  /** The radio module beside the board gets power, or loses it. */
  power(isOn: boolean): void;
}

export interface LineEmulatorOptions {
  /** Of the line; unique among the lines of a site. */
  readonly path: string;
  /** fogwot-line of the firmware folder. */
  readonly executable: string;
  /** Held to the definition's `settings` schema, defaults filled in. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly log: Logger;
}

const DEFINITION = "line-emulator";

/** Exported as `lineEmulator` by `emulation/<name>/line-emulator.ts`: the folder name registers it. */
export interface LineEmulatorDefinition {
  /** JSON Schema of `settings`, with defaults. */
  readonly settings: object;
  create(options: LineEmulatorOptions): LineEmulator;
}

/** Names of the line emulators that are there. */
export function listLineEmulators(): string[] {
  return fs
    .readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isLineEmulator(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/** @throws UsageError naming those there are */
export function loadLineEmulator(name: string): LineEmulatorDefinition {
  if (!listLineEmulators().includes(name)) {
    throw new UsageError(`emulator ${name}: wanted one of ${listLineEmulators().join(", ")}`);
  }
  return (
    require(path.join(__dirname, name, DEFINITION)) as { lineEmulator: LineEmulatorDefinition }
  ).lineEmulator;
}

function isLineEmulator(name: string): boolean {
  return ["js", "ts"].some((ending) =>
    fs.existsSync(path.join(__dirname, name, `${DEFINITION}.${ending}`)),
  );
}
