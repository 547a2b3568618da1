import { startServient } from "@fogwot/core";
import { median } from "../../measure/statistics";
import type { LoadResult } from "./load";

/** As a mash-up asks: the Scripting API over our MQTT client. */
export interface MqttConsumerLoadRequest {
  readonly kind: "mqtt-consumer";
  readonly td: object;
  readonly action: string;
  readonly input: number;
}

/** Invokes an action and takes its output, several times at once. */
export async function mqttConsumerLoad(
  request: MqttConsumerLoadRequest & { readonly inFlight: number; readonly durationMs: number },
): Promise<LoadResult> {
  const { td, action, input, inFlight, durationMs } = request;
  const servient = await startServient({ name: "bench-load", clients: ["mqtt"] });
  try {
    const thing = await servient.wot.consume(td as never);
    const invoke = async (): Promise<boolean> =>
      (await (await thing.invokeAction(action, input))?.value()) === input;
    await invoke();
    const latenciesMs: number[] = [];
    let failed = 0;
    const startMs = performance.now();
    const endMs = startMs + durationMs;
    const lane = async (): Promise<void> => {
      while (performance.now() < endMs) {
        const sentMs = performance.now();
        if (await invoke().catch(() => false)) latenciesMs.push(performance.now() - sentMs);
        else failed++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    const elapsedMs = performance.now() - startMs;
    return { answered: latenciesMs.length, failed, elapsedMs, p50Ms: median(latenciesMs) ?? 0 };
  } finally {
    await servient.stop();
  }
}
