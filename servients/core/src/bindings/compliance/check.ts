import { FogwotError, InteractionError } from "../../errors";
import { rejection } from "./deferred";

/** What a cell claims, and did not find. `short` fits into a table. */
export class CellFailure extends FogwotError {
  readonly code = "CELL_FAILURE";
  readonly title = "A claim of the compliance suite does not hold";
  readonly status = 500;
  readonly short: string;
  constructor(short: string, options?: ErrorOptions) {
    super(short, options);
    this.short = short;
  }
}

/**
 * Deep equality of plain data; a member that is undefined is none.
 * @param short what its failure is called in a table
 */
export function equal(actual: unknown, expected: unknown, short?: string): void {
  if (includes(actual, expected) && includes(expected, actual)) return;
  throw new CellFailure(short ?? `wanted ${brief(expected)}, got ${brief(actual)}`);
}

export function holds(condition: unknown, claim: string): asserts condition {
  if (!condition) throw new CellFailure(claim);
}

/** Every member of `expected` is in `actual`, at any depth; `actual` may have more. */
export function contains(actual: unknown, expected: unknown): void {
  if (!includes(actual, expected)) {
    throw new CellFailure(`wanted ${brief(expected)} in ${brief(actual)}`);
  }
}

// By hand: node:assert tells objects of a test's realm and of Node's apart.
function includes(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null) return Object.is(actual, expected);
  if (typeof actual !== "object" || actual === null) return false;
  const isList = Array.isArray(expected);
  if (isList !== Array.isArray(actual)) return false;
  if (isList && expected.length !== (actual as unknown[]).length) return false;
  return Object.entries(expected).every(([name, value]) =>
    includes((actual as Record<string, unknown>)[name], value),
  );
}

const LONGEST = 2_000;

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Expects the Thing's refusal and gives it back. */
export async function refusal(work: Promise<unknown>, status: number): Promise<InteractionError> {
  const error = await rejection(work);
  if (!(error instanceof InteractionError)) {
    throw new CellFailure(`no refusal but ${String(error)}`, { cause: error });
  }
  equal({ status: error.status, problem: error.problem?.status }, { status, problem: status });
  return error;
}

/** Expects an error of ours, whatever its kind. */
export async function typedRejection(work: Promise<unknown>): Promise<FogwotError> {
  const error = await rejection(work);
  if (error instanceof FogwotError) return error;
  throw new CellFailure(`no typed error but ${String(error)}`, { cause: error });
}

/** Ends a wait that nobody else would. @throws CellFailure "hangs" */
export async function within<T>(work: Promise<T>, limitMs = 5_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CellFailure("hangs")), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
