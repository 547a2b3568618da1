import { systemClock } from "../../../../time";
import type { BindingHarness } from "../../binding-under-test";
import type { CellContext } from "../../cell";
import { CellFailure, equal, within } from "../../check";
import { until } from "../../deferred";
import { collector } from "../tools";

export const NOTIFICATIONS = 3;
const GAP_MS = 5;
const LISTEN_MS = 2_500;

/** As long as an implementation needs from one notification to the next. */
export function gap({ notificationGapMs = GAP_MS }: BindingHarness): Promise<void> {
  return systemClock.sleep(notificationGapMs);
}

export const numbered = (count: number): object[] =>
  Array.from({ length: count }, (_, n) => ({ n: n + 1 }));

export async function paced(
  harness: BindingHarness,
  emit: (n: number) => Promise<void>,
): Promise<void> {
  for (let n = 1; n <= NOTIFICATIONS; n++) {
    await gap(harness);
    await emit(n);
  }
}

export async function arrival(
  values: unknown[],
  isDone: (values: unknown[]) => boolean,
  count: number,
): Promise<void> {
  try {
    await until("notifications", () => isDone(values), LISTEN_MS);
  } catch (cause) {
    throw new CellFailure(`${values.length} of ${count} arrive`, { cause });
  }
}

/** Stops, lets the Thing go on, and sees by a witness when the notification would have come. */
export async function stopsDelivering(
  { rig, harness }: Pick<CellContext, "rig" | "harness">,
  stop: () => Promise<void>,
  values: unknown[],
): Promise<void> {
  await within(stop());
  const before = values.length;
  const witness = collector();
  const other = await rig.consume(await rig.consumer());
  const witnessing = await within(other.subscribeEvent("ping", witness.listener));
  await gap(harness);
  rig.thing.emitEvent("reading", { n: 99 });
  await rig.controls.setCounter(99);
  rig.thing.emitEvent("ping", undefined as never);
  await arrival(witness.values, () => witness.values.length + witness.unreadable.length > 0, 1);
  equal(values.length, before, "delivers after stopping");
  await within(witnessing.stop());
}
