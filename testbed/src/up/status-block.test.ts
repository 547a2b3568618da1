import { describe, expect, it } from "@jest/globals";
import { LiveView, type Screen } from "./live-view";
import { type BlockFacts, blockLines, plainLine } from "./status-block";

const facts: BlockFacts = {
  site: "factory",
  things: { devices: 3, networks: 1, nodes: 1 },
  urls: [{ what: "server", url: "http://127.0.0.1:18080" }],
  emulated: 3,
  timeScale: 1,
  troubles: [],
  elapsedMs: 65_000,
  status: {
    site: "factory",
    policy: "P2",
    parameters: { alpha: 0.3 },
    m: 1,
    run: "run",
    slot: 250,
    slots: 250,
    requests: 250,
    window: { slots: 100, rttMs: 48.12, pdr: 0.298 },
    total: { rttMs: 50, pdr: 0.3 },
    devices: [{ id: "wifi-1", wsn: "wifi", selected: 90, ok: 45, rttMs: null, pdr: 0.5 }],
    store: { rows: 250, pendingRows: 0 },
  },
};

function screen(isTTY: boolean): Screen & { text: string } {
  return {
    isTTY,
    columns: 60,
    text: "",
    write(text) {
      this.text += text;
      return true;
    },
  };
}

describe("the live view", () => {
  it("tells Things, policy, RTT and PDR of the last 100 slots, and URLs", () => {
    const text = blockLines(facts, 120).join("\n");
    for (const part of ["3 devices", "P2", "alpha=0.3", "last 100 slots", "48.1 ms", "29.8 %"]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("http://127.0.0.1:18080");
    expect(text).toContain("3 devices emulated");
  });

  it("keeps every line within the terminal, or redrawing in place would fail", () => {
    for (const line of blockLines(facts, 40)) expect(line.length).toBeLessThanOrEqual(40);
  });

  it("says a dash, not 0, where nothing was measured", () => {
    expect(blockLines(facts, 120).find((line) => line.includes("wifi-1"))).toMatch(/RTT +– /);
  });

  it("takes its block away before it draws the next, on a terminal", () => {
    const terminal = screen(true);
    const view = new LiveView(terminal);
    view.draw(facts);
    const lines = terminal.text.trimEnd().split("\n").length;
    view.draw(facts);
    expect(terminal.text).toContain(`\u001b[${lines}A\u001b[0J`);
  });

  it("prints a plain line every ten seconds elsewhere, without control characters", () => {
    const pipe = screen(false);
    const view = new LiveView(pipe);
    for (let elapsedMs = 0; elapsedMs <= 25_000; elapsedMs += 1_000) {
      view.draw({ ...facts, elapsedMs });
    }
    expect(pipe.text.trimEnd().split("\n")).toHaveLength(3);
    expect(pipe.text).not.toContain("\u001b");
    expect(plainLine({ ...facts, troubles: ["server restarting"] })).toContain("server restarting");
  });
});
