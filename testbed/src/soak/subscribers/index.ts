import { Rig } from "../rig/rig";
import type { SoakDefinition } from "../soak";
import { runSubscribers } from "./run";

const COUNT = 10_000;
const SPARE_CONNECTIONS = 200;

type Limits = NonNullable<Parameters<typeof Rig.start>[1]>;

export const soak: SoakDefinition = {
  title: "idle subscribers over event streams and observe: refused beyond the limit, or held",
  run: async ({ count = COUNT }, output, signal) => {
    const gather = async (limit: number | undefined, config: Limits) => {
      await using rig = await Rig.start(signal, config);
      return await runSubscribers({ rig, count, limit, onProgress: output.progress });
    };
    const limited = await gather(undefined, {});
    const maxConnections = count + SPARE_CONNECTIONS;
    const raised = await gather(count, { maxSubscribers: count, maxConnections });
    return {
      checks: [...limited.checks, ...raised.checks],
      figures: { count, limited: limited.crowds, raised: raised.crowds },
    };
  },
};
