/**
 * Says when a sensor is warmer than a limit, until Ctrl-C or for a given time.
 *
 *   fogwot run mashups/examples/alert-on-threshold.ts 22 30    (°C, seconds)
 *
 * The limit is written to every sensor, which then reports by itself: nobody polls.
 */
const limit = Number(args[0] ?? 22);
const seconds = Number(args[1] ?? Number.POSITIVE_INFINITY);

interface Alert {
  readonly quantity: string;
  readonly value: number;
  readonly threshold: number;
  readonly timestamp: string;
}

const subscriptions: { stop(): Promise<void> }[] = [];

async function watch(td: (typeof things.all)[number]): Promise<void> {
  const sensor = await things.consume(td);
  const onAlert = async (data: { value(): Promise<unknown> }): Promise<void> => {
    const alert = (await data.value()) as Alert;
    console.log(
      `${alert.timestamp} ${td.title}: ${alert.quantity} ${alert.value} is above ${alert.threshold}`,
    );
  };
  const onError = (error: Error): void => console.error(`${td.title}: ${error.message}`);
  subscriptions.push(await sensor.subscribeEvent("thresholdExceeded", onAlert, onError));
  try {
    await sensor.writeProperty("threshold", limit);
    console.log(`${td.title}: reports above ${limit} °C`);
  } catch (error) {
    console.error(`${td.title}: the limit did not get through (${(error as Error).message})`);
  }
}

const sensors = things.filter((td) => td.events?.thresholdExceeded !== undefined);
// All at once, and not waited for: a slow link must hold up neither the others nor the end.
for (const td of sensors) {
  watch(td).catch((error: Error) => console.error(`${td.title}: ${error.message}`));
}
await ended(seconds * 1000);
await Promise.all(subscriptions.map((subscription) => subscription.stop()));

/** Resolves after `durationMs`, or on Ctrl-C. */
function ended(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    if (Number.isFinite(durationMs)) setTimeout(resolve, durationMs);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
