import { createReadStream } from "node:fs";
import path from "node:path";
import { ExperimentFileError, explainFileError } from "./errors";
import { GrowingLog, type LogFacts, type ReadRow } from "./growing-log";
import { readState } from "./run-folder";
import type { RunLog } from "./run-log";
import type { WorldDevice } from "./world";

export interface ReadRunLogsOptions {
  /** Their order is that of the log's devices; others follow as they appear. @default as experiment.json beside the file says */
  readonly devices?: readonly WorldDevice[];
  /** @default as experiment.json beside the file says, else 500 ms */
  readonly timeoutMs?: number;
}

const REQUIRED = ["policy", "seed", "slot", "device", "ok", "rtt_ms"] as const;

/**
 * Reads outcomes.csv, or what `fogwot export --csv` writes of a live run, back into run logs: one at
 * a time, whatever the size of the file. Rows of a run stand together, in order of slots; columns may
 * be in any order, unknown ones are passed over.
 * @throws ExperimentFileError with the line, for a file that is none
 */
export async function* readRunLogs(
  file: string,
  options: ReadRunLogsOptions = {},
): AsyncGenerator<RunLog> {
  const experiment = readState(path.dirname(file))?.configuration;
  const reader = new RunLogReader(file, {
    devices:
      options.devices ?? (experiment?.scenario?.random ? [] : (experiment?.channel.devices ?? [])),
    timeoutMs: options.timeoutMs ?? experiment?.timeoutMs ?? 500,
  });
  for await (const lines of linesOf(file)) yield* reader.take(lines);
  yield* reader.end();
}

type Known = Pick<LogFacts, "devices" | "timeoutMs">;

class RunLogReader {
  readonly #file: string;
  readonly #known: Known;
  #columns: Columns | undefined;
  #growing: GrowingLog | undefined;
  #lines = 0;

  constructor(file: string, known: Known) {
    this.#file = file;
    this.#known = known;
  }

  /** @returns the runs that end in these lines */
  *take(lines: readonly string[]): Generator<RunLog> {
    for (const line of lines) {
      this.#lines++;
      if (line === "" || line.startsWith("#")) continue;
      const fields = splitCsv(line);
      const columns = this.#columns;
      if (!columns) this.#columns = columnsOf(fields, this.#file);
      else {
        const ended = this.#begin(fields, columns);
        if (ended) yield ended;
        const row = rowOf(fields, columns);
        if (!(row.slot >= 1)) throw this.#fault("slot", fields[columns.slot]);
        this.#growing?.add(row);
      }
    }
  }

  *end(): Generator<RunLog> {
    if (this.#growing) yield this.#growing.log();
  }

  /** Begins another run where the line is of another. @returns the one before */
  #begin(fields: readonly string[], columns: Columns): RunLog | undefined {
    const before = this.#growing?.facts;
    const run = fields[columns.run] ?? "";
    const policy = fields[columns.policy] ?? "";
    const seed = numberOf(fields[columns.seed]);
    if (before?.run === run && before.policy === policy && before.seed === seed) return undefined;
    if (Number.isNaN(seed)) throw this.#fault("seed", fields[columns.seed]);
    const ended = this.#growing?.log();
    const binding = fields[columns.binding] ?? "";
    this.#growing = new GrowingLog({ ...this.#known, run, policy, seed, binding });
    return ended;
  }

  #fault(what: string, got: string | undefined): ExperimentFileError {
    return new ExperimentFileError(
      this.#file,
      `line ${this.#lines}: ${what} is ${got ?? "missing"}`,
    );
  }
}

type Columns = Readonly<Record<keyof ReadRow | keyof Omit<LogFacts, keyof Known>, number>>;

/** Places of the columns by the names in the first line, −1 for one that is not there. */
function columnsOf(names: readonly string[], file: string): Columns {
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new ExperimentFileError(
      file,
      `no column ${missing.join(", ")}; it has ${names.join(",").slice(0, 200)}`,
    );
  }
  const at = (name: string): number => names.indexOf(name);
  return {
    run: at("run"),
    policy: at("policy"),
    seed: at("seed"),
    binding: at("binding"),
    slot: at("slot"),
    k: at("k"),
    device: at("device"),
    wsn: at("wsn"),
    explore: at("explore"),
    eps: at("eps"),
    propensity: at("propensity"),
    ok: at("ok"),
    rttMs: at("rtt_ms"),
    reward: at("reward"),
    qAfter: at("q_after"),
    energyMj: at("energy_mj"),
    tVirtualMs: at("t_virtual_ms"),
  };
}

function rowOf(fields: readonly string[], at: Columns): ReadRow {
  const explore = fields[at.explore];
  return {
    slot: numberOf(fields[at.slot]),
    k: at.k < 0 ? 0 : numberOf(fields[at.k]),
    device: fields[at.device] ?? "",
    wsn: fields[at.wsn] ?? "",
    explore: explore ? (isTrue(explore) ? 1 : 0) : -1,
    eps: numberOf(fields[at.eps]),
    propensity: numberOf(fields[at.propensity]),
    ok: isTrue(fields[at.ok]),
    rttMs: numberOf(fields[at.rttMs]),
    reward: numberOf(fields[at.reward]),
    qAfter: numberOf(fields[at.qAfter]),
    energyMj: numberOf(fields[at.energyMj]),
    tVirtualMs: numberOf(fields[at.tVirtualMs]),
  };
}

function numberOf(text: string | undefined): number {
  return text === undefined || text === "" ? Number.NaN : Number(text);
}

function isTrue(text: string | undefined): boolean {
  return text === "true" || text === "1";
}

/** Fields of one line (RFC 4180 without line ends in fields). */
function splitCsv(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (;;) {
    const match = pattern.exec(line);
    if (!match) return fields;
    fields.push(match[1] === undefined ? (match[2] ?? "") : match[1].replaceAll('""', '"'));
    if (match[3] === "") return fields;
  }
}

/** The lines of a file, some hundreds at a time. */
async function* linesOf(file: string): AsyncGenerator<string[]> {
  const pieces = createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 18 });
  let rest = "";
  try {
    for await (const piece of pieces) {
      const lines = (rest + (piece as string)).split(/\r?\n/);
      rest = lines.pop() ?? "";
      yield lines;
    }
  } catch (error) {
    throw explainFileError(error, file);
  }
  if (rest !== "") yield [rest];
}
