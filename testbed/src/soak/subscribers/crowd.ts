import { serve } from "../../programs/serve";
import { CoapCrowd } from "./coap-crowd";
import { SseCrowd } from "./sse-crowd";

export type CrowdOrder =
  /** Subscribes so many times; resolves when each has been let in or refused. */
  | { readonly order: "open"; readonly url: string; readonly count: number }
  | { readonly order: "figures" }
  | { readonly order: "close" };

/** Many idle subscribers of one event. */
export interface Crowd {
  open(count: number): Promise<void>;
  readonly figures: CrowdFigures;
  close(): Promise<void>;
}

export interface CrowdFigures {
  readonly held: number;
  /** By what they were told. */
  readonly refused: Readonly<Record<string, number>>;
  /** How many have heard of an event. */
  readonly heard: number;
}

/** Subscribers by the thousand, as raw as can be: the memory of clients is not what is looked at. */
serve<null, null>("soak-crowd", async () => {
  let crowd: Crowd | undefined;
  return {
    report: null,
    stop: async () => crowd?.close(),
    onMessage: async (message): Promise<CrowdFigures> => {
      const order = message as CrowdOrder;
      if (order.order === "open") {
        const url = new URL(order.url);
        crowd = url.protocol === "coap:" ? new CoapCrowd(url) : new SseCrowd(url);
        await crowd.open(order.count);
      }
      const figures = crowd?.figures ?? { held: 0, refused: {}, heard: 0 };
      if (order.order === "close") await crowd?.close();
      return figures;
    },
  };
});
