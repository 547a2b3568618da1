import {
  type Command,
  encodeCommand,
  KUKA_AXES_SCHEMA,
  type KukaAxesConfig,
  KukaAxesTwin,
  STATUS,
} from "@fogwot/wasm/kuka-axes";
import type { StreamType } from "../../streams";

/** Degrees; a7, the linear unit: mm. */
export const AXIS_NAMES = ["a1", "a2", "a3", "a4", "a5", "a6", "a7"] as const;

/** A controller set to XON/XOFF swallows these; a command holds its id and the id's complement. */
const XON = 0x11;
const XOFF = 0x13;

/** The decoder of the kuka-axes processor, as a stream of readings. */
export const krc2Stream: StreamType = {
  settings: KUKA_AXES_SCHEMA,
  commands: ["stop", "release"] satisfies Command[],
  reservedIds: [XON, XOFF, 0xff ^ XON, 0xff ^ XOFF],
  create(settings, sink) {
    const twin = new KukaAxesTwin(settings as unknown as KukaAxesConfig);
    const found = {
      pose: ({ number, axes }: { readonly number: number; readonly axes: Float64Array }) => {
        const values: Record<string, number> = {};
        AXIS_NAMES.forEach((name, i) => {
          values[name] = axes[i] ?? Number.NaN;
        });
        sink.reading(number, values);
      },
      acknowledgement: (id: number, status: number) => {
        const isDone = status === STATUS.done;
        sink.acknowledgement(
          id,
          isDone ? "done" : status === STATUS.refused ? "refused" : "unknown",
        );
      },
    };
    return {
      push: (bytes) => twin.push(bytes, found),
      encode: (id, command) => encodeCommand(id, command as Command),
      counters: twin.counters,
      get dialect() {
        return twin.dialect;
      },
    };
  },
};
