import { systemClock } from "@fogwot/core";
import { decodeDecisions, encodeObstacle } from "@fogwot/wasm/collision";
import { builtModule, V8Instance } from "@fogwot/wasm/engines";
import { serve } from "../../../programs/serve";
import { openClient } from "../../../things/client";

/** Decides on stops at the processing server: poses and persons come over MQTT, and so goes the stop. */
export interface ServerDecisionConfig {
  /** Where the Thing Descriptions are. */
  readonly robot: string;
  readonly tracker: string;
}

const REQUEST_LIMIT_MS = 5_000;
const POSES = 0;
const OBSTACLES = 2;
const AXES = 7;
const PERSON_RADIUS_MM = 300;
const PERSON_HEIGHT_MM = 1_700;

interface Pose {
  readonly sequence: number;
  readonly axes: readonly number[];
}

interface Sight {
  readonly values: Readonly<Record<"personX" | "personY" | "velocityX" | "velocityY", number>>;
}

serve<ServerDecisionConfig, object>("server-decision", async ({ robot, tracker }) => {
  const { wasm } = await builtModule("collision");
  const collision = new V8Instance(wasm);
  collision.do({ op: "init", bytes: new Uint8Array(0) });
  const client = await openClient(REQUEST_LIMIT_MS);
  const consume = async (tdUrl: string) => {
    const td = await client.wot.requestThingDescription(tdUrl);
    for (const kind of ["actions", "events"] as const) {
      for (const affordance of Object.values(td[kind] ?? {})) {
        const { forms } = affordance as { forms: { href: string }[] };
        affordance.forms = forms.filter(({ href }) => href.startsWith("mqtt")) as never;
      }
    }
    return client.wot.consume(td);
  };
  const thing = await consume(robot);
  let isStopped = false;
  let failed = 0;
  const decide = (port: number, bytes: Uint8Array): void => {
    const decision = decodeDecisions(collision.do({ op: "process", port, bytes }).bytes).at(-1);
    if (!decision || decision.isStop === isStopped) return;
    isStopped = decision.isStop;
    if (!isStopped) return;
    thing.invokeAction("stop", { timeoutMs: REQUEST_LIMIT_MS }).catch(() => {
      failed++;
    });
  };
  await (await consume(tracker)).subscribeEvent("reading", async (data) => {
    const { personX: x, personY: y } = ((await data.value()) as unknown as Sight).values;
    const a = [x, y, 0] as const;
    const b = [x, y, PERSON_HEIGHT_MM] as const;
    decide(OBSTACLES, encodeObstacle({ id: 1, radius: PERSON_RADIUS_MM, a, b }));
  });
  await thing.subscribeEvent("pose", async (data) => {
    const { sequence, axes } = (await data.value()) as unknown as Pose;
    const record = Buffer.alloc(8 * (1 + AXES));
    [sequence, ...axes].forEach((value, i) => {
      record.writeDoubleLE(value, 8 * i);
    });
    decide(POSES, record);
  });
  return {
    report: { startedAtMs: systemClock.now() },
    onMessage: async () => ({ failed }),
    stop: () => client.stop(),
  };
});
