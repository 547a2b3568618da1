import { describe, expect, it } from "@jest/globals";
import { rowsCsv, samplesCsv } from "./csv";
import type { LegName, Sample } from "./leg";
import { measureReport } from "./report";
import { rowsOf, summarizeLegs } from "./rows";
import { tableLines } from "./table";
import { variantsOf } from "./variant";

function samples(leg: LegName, aboveDriverMs: number, lost: number): Sample[] {
  return Array.from({ length: 10 }, (_, round) => {
    const ok = round >= lost;
    const deviceRttMs = 20 + 7 * round;
    return {
      device: "wifi-1",
      leg,
      round,
      ok,
      rttMs: ok ? deviceRttMs + aboveDriverMs : null,
      deviceRttMs: ok ? deviceRttMs : null,
      timestampMs: 1_000 + round,
      error: ok ? null : "DEVICE_TIMEOUT",
    };
  });
}

const devices = [{ device: "wifi-1", wsn: "wifi" }];
const all = [...samples("system", 0.2, 3), ...samples("http", 0.9, 5), ...samples("mqtt", 1, 10)];
const summaries = summarizeLegs(all, devices, ["system", "http", "mqtt"]);
const variants = variantsOf({ bindings: ["http", "mqtt"] });
const traffic = new Map([["http", { requests: 10, bytes: 4_210, packets: 45 }]]);
const rows = rowsOf(summaries, variants, traffic);

describe("measurement rows", () => {
  it("keeps the Servient's own overhead apart from the radio's spread and losses", () => {
    const [http] = rows;
    expect(http).toMatchObject({ device: "wifi-1", wsn: "wifi", binding: "http", requests: 10 });
    expect(http?.pdr).toBe(0.5);
    expect(http?.systemApiPdr).toBe(0.7);
    // Different requests were lost, so the medians of the RTT differ by far more than this.
    expect(http?.overheadP50Ms).toBeCloseTo(0.7, 9);
    expect(http?.errors).toEqual({ DEVICE_TIMEOUT: 5 });
  });

  it("says null, not 0, where nothing was answered", () => {
    const mqtt = rows[1];
    expect(mqtt).toMatchObject({ binding: "mqtt", pdr: 0, rttP50Ms: null, overheadP50Ms: null });
  });

  it("writes CSV with one line per row and nothing for null", () => {
    const lines = rowsCsv(rows).trimEnd().split("\n");
    expect(lines[0]).toBe(
      "device,wsn,binding,variant,requests,rtt_p50_ms,rtt_p90_ms,rtt_p95_ms,rtt_p99_ms,pdr,pdr_low,pdr_high,bytes_per_request,packets_per_request,system_api_p50_ms,system_api_pdr,overhead_p50_ms",
    );
    expect(lines[1]).toMatch(/^wifi-1,wifi,http,http,10,.*,421,4\.5,[\d.]+,0\.7,/);
    expect(lines[2]).toMatch(/^wifi-1,wifi,mqtt,mqtt,10,,,,,0,0,0\.\d+,,,[\d.]+,0\.7,$/);
    expect(samplesCsv(all).trimEnd().split("\n")).toHaveLength(31);
  });

  it("lays a table out in columns of equal width", () => {
    const [header, rule, first] = tableLines(rows);
    expect(header).toContain("overhead p50");
    expect(rule?.length).toBe(header?.length);
    expect(first).toContain("50.0 %");
    expect(first).toContain("23.7–76.3");
  });

  it("makes a page that loads nothing and hides no markup in names", () => {
    const html = measureReport(
      {
        site: '<b>"factory"</b>',
        variants,
        network: null,
        seed: null,
        counted: "sockets",
        requests: 10,
        timeoutMs: 500,
        timeScale: 1,
        emulated: 3,
        isEphemeral: true,
        startedAt: "2026-01-01T00:00:00Z",
      },
      { summaries, rows, figures: null },
    );
    expect(html).not.toMatch(/<script|src=|href=|url\(|@import/);
    expect(html).not.toContain("<b>");
    expect(html.match(/<svg /g)).toHaveLength(5);
    expect(html).toContain("3 devices emulated");
    expect(html).not.toContain("NaN");
  });
});
