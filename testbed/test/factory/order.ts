import { describe, expect, it } from "@jest/globals";
import type { MeasuredFigures, MeasureRow } from "../../src";
import type { RunningFactory } from "./running-factory";

interface Measured {
  readonly rows: readonly MeasureRow[];
  readonly figures: MeasuredFigures;
}

/** Real ms; five times as much of the links' time. */
const TIMEOUT_MS = 300;
const REQUESTS = 200;
const WIFI_REQUESTS = 10;

export function describeOrder(factory: RunningFactory): void {
  const measure = (devices: string, requests: number, ...more: string[]): Promise<Measured> =>
    factory.bench.json(
      ...["measure", "--devices", devices, "--requests", String(requests)],
      ...["--bindings", "http", "--timeout", `${TIMEOUT_MS}ms`, ...more],
    );

  describe("a measured run of the emulated factory", () => {
    // PDR: each device is asked over HTTP and at its driver, and both cross the link. Modelled: BLE
    // 0.909 of 400, Zigbee 0.979 of 3 × 400; the bursts' state changes every 4 ms here, a request takes
    // 20, so that they are nearly independent. The difference of 0.070 is 4.7 standard deviations
    // (sqrt(0.083 / 400 + 0.021 / 1200) = 0.0150): wrong once in 800,000 runs. Wi-Fi's 0.298 of 3 × 20
    // is 10 of its own away from BLE.
    // RTT: the medians of the links' part lie 6.6 ms apart (BLE 19, Zigbee 26 to 27) and 7 (Wi-Fi 7 to
    // 12), with standard errors of the medians below 1 ms: 0.3 for the 100 and more answers of BLE.
    it("answers sooner over Wi-Fi than BLE than Zigbee, and more surely the other way round", async () => {
      await factory.bench.run("sense", "stop");
      const [steady, wifi] = await Promise.all([
        measure("ble-1,zig-1,zig-2,zig-3", REQUESTS),
        measure("wifi-1,wifi-2,wifi-3", WIFI_REQUESTS, "--unfiltered"),
      ]);
      const rows = [...steady.rows, ...wifi.rows];
      const [wifiRtt = 0, bleRtt = 0, zigbeeRtt = 0] = ["wifi", "ble", "zigbee"].map((wsn) =>
        mean(ofNetwork(rows, wsn).flatMap(({ rttP50Ms }) => rttP50Ms ?? [])),
      );
      expect(wifiRtt).toBeLessThan(bleRtt);
      expect(bleRtt).toBeLessThan(zigbeeRtt);
      const [wifiPdr = 0, blePdr = 0, zigbeePdr = 0] = ["wifi", "ble", "zigbee"].map((wsn) =>
        mean(ofNetwork(rows, wsn).map(({ pdr, systemApiPdr }) => (pdr + (systemApiPdr ?? 0)) / 2)),
      );
      expect(zigbeePdr).toBeGreaterThan(blePdr);
      expect(blePdr).toBeGreaterThan(wifiPdr);

      // With the filters off, nearly all arrive (0.992 modelled): fewer than 24 of 30, never.
      const { filtered, unfiltered } = wifi.figures.fig3b;
      expect(filtered).toHaveLength(3);
      expect(mean(unfiltered?.map(({ pdr }) => pdr) ?? [])).toBeGreaterThanOrEqual(0.8);
      const { links } = await factory.bench.json<{
        links: { device: string; settings: { filterLoss: number } }[];
      }>("link", "list");
      expect(links.filter(({ settings }) => settings.filterLoss === 0.7)).toHaveLength(3);
      expect(steady.figures.fig5c.map(({ device }) => device)).toEqual([
        ...["zig-1", "zig-2", "zig-3", "ble-1"],
      ]);
    });
  });
}

function ofNetwork(rows: readonly MeasureRow[], wsn: string): MeasureRow[] {
  return rows.filter((row) => row.wsn === wsn);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
