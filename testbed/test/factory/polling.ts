import { describe, expect, it } from "@jest/globals";
import { runDrivers } from "../../src/soak/drivers/run";
import type { RunningFactory } from "./running-factory";

export function describePolling(factory: RunningFactory): void {
  describe("soak drivers, in its short form", () => {
    it("leaves no question of seven sensors asked at once without an answer or an error", async () => {
      const { processes } = await factory.bench.json<{
        processes: { name: string; pid: number }[];
      }>("status");
      const nodes = processes.filter(({ name }) => name.startsWith("fog-"));
      let looks = 0;
      const { figures } = await runDrivers({
        site: factory,
        processes: new Map(nodes.map(({ name, pid }) => [name, pid])),
        goesOn: () => looks < 8,
        sampleMs: 250,
        pauseMs: 10,
        onProgress: () => {
          looks++;
        },
      });
      expect(figures.devices.map(({ device }) => device).sort()).toEqual(
        ["wifi-1", "wifi-2", "wifi-3", "zig-1", "zig-2", "zig-3", "ble-1"].sort(),
      );
      for (const { device, unanswered, answered, failed } of figures.devices) {
        expect([device, unanswered]).toEqual([device, 0]);
        expect(answered + Object.values(failed).length).toBeGreaterThan(0);
      }
      expect(figures.resident.map(({ samples }) => samples)).toEqual([8, 8, 8, 8]);
    });
  });
}
