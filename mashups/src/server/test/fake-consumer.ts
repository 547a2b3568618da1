import type * as WoT from "wot-typescript-definitions";
import type { Consumer } from "../parts";

export interface FakeThings extends Consumer {
  /** Device titles asked so far, in order. */
  readonly asked: string[];
  /** Titles that do not answer. */
  readonly silent: Set<string>;
  /** Values of the next readings. */
  values: Record<string, unknown>;
  stopped: boolean;
}

/** Consumes Thing Descriptions of Things that exist only here, and answer at once. */
export function fakeConsumer(): FakeThings {
  const things: FakeThings = {
    asked: [],
    silent: new Set(),
    values: { temperature: 21.5, humidity: 40 },
    stopped: false,
    async stop() {
      things.stopped = true;
    },
    wot: {
      consume: async (td: WoT.ThingDescription) => {
        const title = String(td.title);
        const invokeAction = async () => {
          things.asked.push(title);
          if (things.silent.has(title)) throw new TypeError("no answer");
          const output = {
            deviceId: title,
            values: things.values,
            timestamp: "2026-11-20T12:00:00.000Z",
            ageMs: 5,
            deviceRttMs: 3,
          };
          return { value: async () => output };
        };
        return { invokeAction } as unknown as WoT.ConsumedThing;
      },
    },
  };
  return things;
}
