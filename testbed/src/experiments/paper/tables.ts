import { table } from "../../report/page";
import type { Check } from "./acceptance";
import type { Audit } from "./audit";
import type { DeadDeviceRow } from "./dead-device";
import type { Quantity } from "./reference";
import type { SensitivityRow } from "./sensitivity";

const DIGITS: Readonly<Record<Quantity, number>> = { rtt: 1, pdr: 3, utilisation: 3, slot: 0 };
const UNITS: Readonly<Record<Quantity, string>> = {
  rtt: " ms",
  pdr: "",
  utilisation: "",
  slot: "",
};

/** Pass or fail of every strict band. */
export function acceptanceTable(checks: readonly Check[]): string {
  const shown = (value: number, quantity: Quantity): string => {
    if (Number.isFinite(value)) return `${value.toFixed(DIGITS[quantity])}${UNITS[quantity]}`;
    return value > 0 ? "any" : "–";
  };
  return table(
    ["Policy", "What", "Wanted", "Got", "95 % of the mean", "Verdict"],
    checks.map(({ policy, what, quantity, got, band, passes }) => [
      policy,
      what,
      `${shown(band.low, quantity)} … ${shown(band.high, quantity)}`,
      shown(got.value, quantity),
      `${shown(got.low, quantity)} … ${shown(got.high, quantity)}`,
      passes ? "✓ pass" : "✗ FAIL",
    ]),
  );
}

/** What an audit of the logs found: eq. (2), distinct devices, equal shares. */
export function auditTable(audits: readonly Audit[]): string {
  const labels = [...new Set(audits.map(({ policy }) => policy))];
  return table(
    [
      "Policy",
      "Runs",
      "Q values audited",
      "Largest |Q − eq. (2)|",
      "Devices asked twice in a slot",
      "Unequal round-robin stretches",
    ],
    labels.map((label) => {
      const own = audits.filter(({ policy }) => policy === label);
      const total = (of: (audit: Audit) => number): number =>
        own.reduce((sum, audit) => sum + of(audit), 0);
      const audited = total((audit) => audit.audited);
      return [
        label,
        String(own.length),
        audited === 0 ? "– (no Q)" : String(audited),
        audited === 0 ? "–" : Math.max(...own.map(({ maxQError }) => maxQError)).toExponential(1),
        String(total((audit) => audit.doubled)),
        String(total((audit) => audit.unequal)),
      ];
    }),
  );
}

/** Every reading of the paper, and what it changes for P1, P2 and P3. */
export function sensitivityTable(rows: readonly SensitivityRow[]): string {
  const pinned = rows.find(({ ambiguity }) => ambiguity < 0);
  const policies = Object.keys(pinned?.cells ?? {});
  const each = (of: (policy: string) => string): string => policies.map(of).join(" / ");
  return table(
    [
      "Ambiguity",
      "Our choice",
      "Alternative",
      ...policies.flatMap((policy) => [`${policy} RTT, ms`, `${policy} PDR`]),
      `Settled (${policies.join(" / ")})`,
      "Bands left",
    ],
    rows.map(({ question, choice, alternative, cells, ambiguity }) => [
      question,
      choice,
      alternative,
      ...policies.flatMap((policy) => {
        const cell = cells[policy];
        const own = pinned?.cells[policy];
        if (!cell || !own) return ["–", "–"];
        return ambiguity < 0
          ? [cell.rttMs.toFixed(1), cell.pdr.toFixed(3)]
          : [signed(cell.rttMs - own.rttMs, 1), signed(cell.pdr - own.pdr, 3)];
      }),
      each((policy) => (cells[policy] ? String(cells[policy]?.settled ?? "never") : "–")),
      each((policy) => String(cells[policy]?.failed ?? "–")),
    ]),
  );
}

export function deadDeviceTable(rows: readonly DeadDeviceRow[]): string {
  return table(
    ["Policy", "Share of slots 1501–3000 that ask the dead device", "PDR of those slots"],
    rows.map(({ policy, asked, pdr }) => [
      policy,
      `${asked.value.toFixed(3)} (${asked.low.toFixed(3)} … ${asked.high.toFixed(3)})`,
      `${pdr.value.toFixed(3)} (${pdr.low.toFixed(3)} … ${pdr.high.toFixed(3)})`,
    ]),
  );
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return `${Number(text) === 0 ? "±" : value > 0 ? "+" : "−"}${text}`;
}
