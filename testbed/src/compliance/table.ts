import { ROWS, type Row } from "@fogwot/core/compliance";
import { SIDES, type Side, type Verdict } from "./matrix";
import { BINDINGS, type Binding } from "./pair";

const NAMES: Record<Binding, string> = { http: "HTTP", coap: "CoAP", mqtt: "MQTT" };

const HEADS: Record<keyof typeof SIDES, (binding: string) => string> = {
  own: (binding) => binding,
  stock: (binding) => `node-wot ${binding}`,
  server: (binding) => `${binding}, client: node-wot`,
  client: (binding) => `${binding}, server: node-wot`,
};

interface Column {
  readonly head: string;
  /** Of the column's verdicts, by row. */
  readonly cells: ReadonlyMap<Row, Verdict>;
}

/** The matrix as a table of Markdown, whatever of it was run. */
export function markdownTable(verdicts: readonly Verdict[]): string {
  const columns = columnsOf(verdicts);
  const rows = (Object.keys(ROWS) as Row[]).filter((row) =>
    columns.some(({ cells }) => cells.has(row)),
  );
  const lines = [
    ["", ...columns.map(({ head }) => head)],
    ["---", ...columns.map(() => "---")],
    ...rows.map((row) => [ROWS[row], ...columns.map(({ cells }) => cellText(cells.get(row)))]),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function columnsOf(verdicts: readonly Verdict[]): Column[] {
  const sides = Object.entries(SIDES) as [keyof typeof SIDES, Side][];
  return sides.flatMap(([name, { server, client }]) =>
    BINDINGS.map((binding) => {
      const own = verdicts.filter(
        (one) => one.server === server && one.client === client && one.binding === binding,
      );
      const cells = new Map(own.map((verdict) => [verdict.row, verdict]));
      return { head: HEADS[name](NAMES[binding]), cells };
    }).filter(({ cells }) => cells.size > 0),
  );
}

function cellText(verdict: Verdict | undefined): string {
  if (!verdict) return "–";
  const [first] = verdict.failures;
  return first ? `✗ ${short(first.reason)}` : "✓";
}

const LONGEST = 40;

/** A reason as it fits into a cell. */
function short(reason: string): string {
  const plain = reason.replaceAll("|", "/").replace(/\s+/g, " ").trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}
