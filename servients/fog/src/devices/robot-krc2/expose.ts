import { NoReadingError } from "../../things/errors";
import { timeoutOf } from "../../things/interaction-input";
import type { ThingExtension } from "../device-type";
import { AXIS_NAMES, krc2Stream } from "./stream";

/** What a robot's Thing has beyond every device's: poses, and the orders that it acknowledges. */
export const exposeRobot: ThingExtension = ({ thing, record, stream, notifier }) => {
  /** As the robot last acknowledged it; null before that. */
  let isStopped: boolean | null = null;
  const axesOf = (values: Readonly<Record<string, number>>): number[] =>
    AXIS_NAMES.map((name) => values[name] ?? Number.NaN);

  thing.setPropertyReadHandler("axes", async () => {
    if (!record.lastReading) throw new NoReadingError(record.id);
    return axesOf(record.lastReading.values);
  });
  thing.setPropertyReadHandler("stopped", async () => isStopped as never);
  thing.setPropertyReadHandler("stream", async () => ({
    dialect: stream.dialect,
    ...stream.counters,
  }));
  for (const command of krc2Stream.commands) {
    thing.setActionHandler(command, async (input) => {
      const { deviceRttMs } = await stream.command(command, await timeoutOf(input));
      return { stopped: command === "stop", deviceRttMs };
    });
  }
  // A processor of the node may have given the order as well.
  const unhear = stream.onCommand((command) => {
    isStopped = command === "stop";
    notifier.property("stopped");
  });
  const unlisten = record.listen({
    reading: ({ values, sequence, timestamp }) => {
      notifier.property("axes");
      notifier.event("pose", { sequence: sequence ?? 0, axes: axesOf(values), timestamp });
    },
  });
  return () => {
    unhear();
    unlisten();
  };
};
