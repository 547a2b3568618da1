import type { RunTrack } from "../analysis/run-track";
import { meanInterval } from "../analysis/statistics";
import { columnFigure } from "../report/column-figure";
import { deviceStrokes } from "../report/palette";
import type { PaperFigure } from "./paper-figure";

/**
 * Fig. 3(a) and (b): every device's mean RTT and PDR, from the round-robin runs, which ask all
 * devices equally often.
 */
export function deviceFigures(tracks: readonly RunTrack[]): PaperFigure[] {
  const devices = tracks[0]?.devices ?? [];
  const strokes = deviceStrokes(devices);
  const columns = devices.map(({ id }) => id);
  const of = (value: (track: RunTrack, d: number) => number) =>
    devices.map((_, d) => meanInterval(tracks.map((track) => value(track, d))));
  const subtitle = `virtual, HTTP channel model, ${tracks.length} seeds; bars: 95 % confidence of the mean`;
  return [
    {
      name: "fig3a-device-rtt",
      caption:
        "Fig. 3(a). Mean round-trip time of every device. The three Wi-Fi devices answer fastest.",
      svg: columnFigure({
        title: "Fig. 3(a)  Round-trip time per device",
        subtitle,
        xLabel: "device",
        yLabel: "mean RTT of replies (ms)",
        columns,
        series: [
          {
            name: "RTT",
            strokes,
            values: of(
              ({ byDevice }, d) =>
                (byDevice.rttSumMs[d] as number) / (byDevice.replies[d] as number),
            ),
          },
        ],
        digits: 1,
      }),
    },
    {
      name: "fig3b-device-pdr",
      caption:
        "Fig. 3(b). Packet delivery ratio of every device, with the paper's filter that drops 70 % of the Wi-Fi messages. The best three by PDR are not the best three by RTT.",
      svg: columnFigure({
        title: "Fig. 3(b)  Packet delivery ratio per device",
        subtitle,
        xLabel: "device",
        yLabel: "PDR (replies / requests)",
        columns,
        yRange: { min: 0, max: 1.1 },
        series: [
          {
            name: "PDR",
            strokes,
            values: of(
              ({ byDevice }, d) =>
                (byDevice.replies[d] as number) / (byDevice.requests[d] as number),
            ),
          },
        ],
        digits: 3,
      }),
    },
  ];
}
