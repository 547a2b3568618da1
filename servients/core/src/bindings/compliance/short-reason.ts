import {
  InteractionError,
  InteractionTimeoutError,
  OperationNotAllowedError,
  UnreachableError,
  WaitTimeoutError,
} from "../../errors";
import { CellFailure } from "./check";

const LONGEST = 60;

/** Why a cell does not hold, in a few words. */
export function shortReason(error: unknown): string {
  if (error instanceof CellFailure) return error.short;
  if (error instanceof OperationNotAllowedError) return "no form";
  if (error instanceof InteractionTimeoutError || error instanceof WaitTimeoutError) return "hangs";
  if (error instanceof UnreachableError) return "unreachable";
  if (error instanceof InteractionError) return `refused: ${error.status}`;
  // node-wot's: a value that is not what the description says.
  if (error instanceof Error && "value" in error) return "wrong value";
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split("\n", 1)[0] ?? "";
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
