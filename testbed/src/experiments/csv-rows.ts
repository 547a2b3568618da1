import { csvField } from "@fogwot/mashups/base";
import type { RunLog } from "./run-log";

/** Columns of outcomes.csv and their types, in their order. */
export const OUTCOME_COLUMNS = {
  run: "text",
  policy: "text",
  seed: "bigint",
  slot: "integer",
  k: "integer",
  device: "text",
  wsn: "text",
  binding: "text",
  explore: "boolean",
  eps: "double",
  propensity: "double",
  ok: "boolean",
  rtt_ms: "double",
  device_rtt_ms: "double",
  reward: "double",
  q_after: "double",
  energy_mj: "double",
  t_virtual_ms: "double",
} as const;

const PIECE_ROWS = 2_048;

/** First two lines of outcomes.csv: a comment with the configuration's hash, and the columns. */
export function csvHead(name: string, hash: string): string {
  const columns = Object.keys(OUTCOME_COLUMNS).join(",");
  return `# fogwot experiment ${name} sha256=${hash}\n${columns}\n`;
}

/**
 * A run as lines of CSV, in pieces. Numbers are the shortest text that reads back as the same
 * double, true and false for booleans, nothing where there is no value. In virtual time there is one
 * round trip, the model's: `rtt_ms` and `device_rtt_ms` are the same.
 */
export function* csvRows(log: RunLog): Generator<string> {
  const head = `${csvField(log.run)},${csvField(log.policy)},${log.seed},`;
  const binding = csvField(log.binding);
  const devices = log.devices.map(({ id, wsn }) => `,${csvField(id)},${csvField(wsn)},${binding},`);
  let text = "";
  let epsText = "";
  let epsBefore = Number.NaN;
  for (let i = 0; i < log.count; i++) {
    const slot = log.slot[i] as number;
    const eps = log.eps[i] as number;
    if (eps !== epsBefore) {
      epsText = numberField(eps);
      epsBefore = eps;
    }
    const explore = log.explore[i] as number;
    const rtt = numberField(log.rttMs[i] as number);
    text += head;
    text += `${slot},${log.k[i]}${devices[log.device[i] as number]}`;
    text += explore < 0 ? "," : explore === 1 ? "true," : "false,";
    text += `${epsText},${numberField(log.propensity[i] as number)},`;
    text += `${log.ok[i] === 1 ? "true" : "false"},${rtt},${rtt},`;
    text += `${numberField(log.reward[i] as number)},${numberField(log.qAfter[i] as number)},`;
    text += `${numberField(log.energyMj[i] as number)},${(slot - 1) * log.intervalMs}\n`;
    if ((i + 1) % PIECE_ROWS !== 0) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

function numberField(value: number): string {
  return Number.isNaN(value) ? "" : String(value);
}
