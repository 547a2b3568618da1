import { FogwotError } from "@fogwot/core/base";
import { COMMAND_STATUS_TEXT } from "./xbee";

/** A module did not carry out an AT command, or did not answer it. */
export class AtCommandError extends FogwotError {
  readonly code = "AT_COMMAND";
  readonly title = "The radio module did not carry out a command";
  readonly status = 502;
  readonly command: string;
  /** Null: no answer. */
  readonly commandStatus: number | null;
  constructor(command: string, commandStatus: number | null, options: ErrorOptions = {}) {
    const what =
      commandStatus === null
        ? "no answer"
        : (COMMAND_STATUS_TEXT[commandStatus] ?? `status ${commandStatus}`);
    super(`AT ${command}: ${what}`, { ...options, details: { command, commandStatus } });
    this.command = command;
    this.commandStatus = commandStatus;
  }
}
