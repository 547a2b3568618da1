import { describe, expect, it } from "@jest/globals";
import type { Sample } from "../leg";
import { rowsOf, summarizeLegs } from "../rows";
import { variantsOf } from "../variant";
import { figuresOf } from "./figures";
import { figureSections } from "./plots";
import { withoutFilters } from "./without-filters";

const devices = [
  { device: "near", wsn: "a" },
  { device: "far", wsn: "b" },
  { device: "robot", wsn: "c" },
];
const variants = variantsOf({ bindings: ["http", "coap"] });

/** Ten requests of each device; `lost` of them lost, the others take `rttMs`. */
function samples(leg: string, rttMs: number, lost: number): Sample[] {
  return devices.flatMap(({ device }) =>
    Array.from({ length: 10 }, (_, round) => ({
      ...{ device, leg, round, ok: round >= lost },
      rttMs: round >= lost ? rttMs : null,
      deviceRttMs: round >= lost ? 10 : null,
      timestampMs: 0,
      error: round >= lost ? null : "DEVICE_TIMEOUT",
    })),
  );
}

function figures(unfiltered: boolean) {
  const summaries = summarizeLegs(
    [...samples("system", 10.5, 0), ...samples("http", 12, 7), ...samples("coap", 11, 7)],
    devices,
    ["system", "http", "coap"],
  );
  const facts = { site: "s", startedAt: "t", timeScale: 1, requests: 10, timeoutMs: 500 };
  return figuresOf(
    { ...facts, emulated: 3, sensed: new Set(["near", "far"]) },
    {
      ...{ variants, summaries, rows: rowsOf(summaries, variants) },
      unfiltered: unfiltered ? summarizeLegs(samples("http", 12, 0), devices, ["http"]) : null,
    },
  );
}

describe("figures of a measurement", () => {
  it("hold each sensed device once per figure, and no other", () => {
    const { fig3a, fig3b, fig3c, fig5c } = figures(true);
    for (const rows of [fig3a, fig3b.filtered, fig3b.unfiltered, fig3c.coap, fig5c]) {
      expect(rows?.map(({ device }) => device)).toEqual(["near", "far"]);
    }
    expect(fig3c.mqtt).toEqual([]);
  });

  it("tell filtered from unfiltered delivery, and what the Web of Things adds", () => {
    const { fig3a, fig3b, fig5c } = figures(true);
    expect(fig3a[0]?.rtt).toMatchObject({ p50: 12, count: 3 });
    expect(fig3b.filtered[0]?.pdr).toBeCloseTo(0.3);
    expect(fig3b.unfiltered?.[0]?.pdr).toBe(1);
    expect(fig5c[0]).toMatchObject({ withWot: { p50: 12 }, withoutWot: { p50: 10.5 } });
    expect(fig5c[0]?.addedP50Ms).toBeCloseTo(1.5);
  });

  it("become one section each, and say what was not measured", () => {
    const titles = figureSections(figures(true)).map(({ title }) => title.slice(0, 9));
    expect(titles).toEqual(["Fig. 3(a)", "Fig. 3(b)", "Fig. 3(c)", "Fig. 5(c)"]);
    const [, pdr] = figureSections(figures(false));
    expect(pdr?.note).toContain("--unfiltered");
    expect(pdr?.body).not.toContain("filters off");
  });
});

describe("withoutFilters", () => {
  const asked: string[] = [];
  const api = {
    request: async (method: string, path: string, body?: unknown) => {
      if (method === "PATCH") asked.push(`${path} ${JSON.stringify(body)}`);
      return {
        links: [
          { device: "near", settings: { filterLoss: 0.7 } },
          { device: "far", settings: { filterLoss: 0 } },
        ],
      };
    },
  };
  const site = { controls: [{ api }] } as unknown as Parameters<typeof withoutFilters>[0];

  it("takes each filter off and puts it back as it was, whatever becomes of the work", async () => {
    const work = async (): Promise<never> => {
      asked.push("work");
      throw new TypeError("failed");
    };
    await expect(withoutFilters(site, work)).rejects.toThrow("failed");
    expect(asked).toEqual([
      '/links/near {"filterLoss":0}',
      "work",
      '/links/near {"filterLoss":0.7}',
    ]);
  });
});
