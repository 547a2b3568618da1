import { type PlotRow, rowPlot } from "../../report/bars";
import type { Section } from "../../report/page";
import { ms } from "../table";
import type { FigurePdr, FigureRtt, MeasuredFigures } from "./figures";

const BOX_NOTE =
  "Box: quartiles with median; line: fastest to 95th percentile; ring: 99th. Answered requests only.";

/**
 * The figures as sections of a page, each titled with the paper's number; what was not measured is
 * left out. The bodies are SVG.
 */
export function figureSections(figures: MeasuredFigures): Section[] {
  const { fig3a, fig3b, fig3c, fig5c, timeScale } = figures;
  const scaled = timeScale === 1 ? "" : ` Link time × ${timeScale}.`;
  const byBinding = fig3c.coap.flatMap((coap, at) => [
    boxRow(coap, "CoAP", "c2"),
    ...(fig3c.mqtt[at] ? [boxRow(fig3c.mqtt[at], "MQTT", "c3")] : []),
  ]);
  const sections: (Section & { readonly rows: number })[] = [
    {
      title: "Fig. 3(a): RTT per device over HTTP",
      note: BOX_NOTE + scaled,
      rows: fig3a.length,
      body: boxes(
        "RTT per device over HTTP",
        fig3a.map((one) => boxRow(one, "HTTP", "c1")),
      ),
    },
    {
      title: "Fig. 3(b): PDR per device over HTTP, with and without packet filter",
      note: pdrNote(figures),
      rows: fig3b.filtered.length,
      body: rowPlot({
        title: "PDR per device",
        unit: "share of requests",
        maximum: 1,
        rows: fig3b.filtered.flatMap((one) => [
          barRow(one, "as the site is", "c1"),
          ...(fig3b.unfiltered ?? [])
            .filter(({ device }) => device === one.device)
            .map((other) => barRow(other, "filters off", "c5")),
        ]),
      }),
    },
    {
      title: "Fig. 3(c): RTT per device over CoAP, and over MQTT",
      note: `The paper shows CoAP. ${BOX_NOTE}${scaled}`,
      rows: byBinding.length,
      body: boxes("RTT per device over CoAP and MQTT", byBinding),
    },
    {
      title: "Fig. 5(c): RTT with and without the Web of Things",
      note: `With: getData over HTTP. Without: the same device asked at its driver (System API, ZeroMQ), with no Servient and no binding between. The figure at the right is what the Web of Things adds, its median within requests, free of the radio's spread.${scaled}`,
      rows: fig5c.length,
      body: boxes(
        "RTT with and without the Web of Things",
        fig5c.flatMap(({ device, withWot, withoutWot, addedP50Ms }) => [
          { ...boxOf(device, "with", "c1", withWot), note: `adds ${ms(addedP50Ms, 2)}` },
          boxOf(device, "without", "c0", withoutWot),
        ]),
      ),
    },
  ];
  return sections.filter(({ rows }) => rows > 0).map(({ rows, ...section }) => section);
}

function boxes(title: string, rows: readonly PlotRow[]): string {
  return rowPlot({ title, unit: "ms", rows });
}

function pdrNote({ fig3b, timeoutMs }: MeasuredFigures): string {
  const missing =
    fig3b.unfiltered === null ? " With --unfiltered it is measured without filters too." : "";
  return `Share of requests answered within ${timeoutMs} ms; line: 95 % confidence (Wilson). The filter is the one that the paper put on its Wi-Fi devices.${missing}`;
}

function boxRow({ device, rtt }: FigureRtt, series: string, colour: string): PlotRow {
  return boxOf(device, series, colour, rtt);
}

function boxOf(group: string, series: string, colour: string, box: FigureRtt["rtt"]): PlotRow {
  const note = box ? `mean ${box.mean.toFixed(1)} ms` : "no answer";
  return { group, series, colour, box, note };
}

function barRow({ device, pdr, pdrInterval }: FigurePdr, series: string, colour: string): PlotRow {
  const note = `${(pdr * 100).toFixed(1)} %`;
  return { group: device, series, colour, bar: pdr, interval: pdrInterval, note };
}
