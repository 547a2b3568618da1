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

const subscriptions = [];
for (const td of things.filter((one) => one.events?.thresholdExceeded !== undefined)) {
  const sensor = await things.consume(td);
  subscriptions.push(
    await sensor.subscribeEvent(
      "thresholdExceeded",
      async (data) => {
        const alert = (await data.value()) as unknown as Alert;
        console.log(
          `${alert.timestamp} ${td.title}: ${alert.quantity} ${alert.value} is above ${alert.threshold}`,
        );
      },
      (error) => console.error(`${td.title}: ${error.message}`),
    ),
  );
  try {
    await sensor.writeProperty("threshold", limit);
    console.log(`${td.title}: reports above ${limit} °C`);
  } catch (error) {
    console.error(`${td.title}: the limit did not get through (${(error as Error).message})`);
  }
}

await ended(seconds * 1000);
await Promise.all(subscriptions.map((subscription) => subscription.stop()));

/** Resolves after `durationMs`, or on Ctrl-C. */
function ended(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    if (Number.isFinite(durationMs)) setTimeout(resolve, durationMs);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
