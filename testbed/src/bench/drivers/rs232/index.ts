import { distribution } from "../../../measure/statistics";
import type { DriverBench } from "../driver-bench";
import { FrameRig } from "./frame-rig";

const WARM_UP_POSES = 50;

/**
 * From the write of a pose's last frame into an unpaced line to the device's new reading in the fog
 * node, of which its properties are read: pseudo-terminal, driver process, IPC and decoder.
 */
export const driverBench: DriverBench = {
  title: "RS-232, frame in to property updated",
  barMs: 1,
  async measure(requests, output, signal) {
    const rig = await FrameRig.open();
    try {
      for (let pose = 0; pose < WARM_UP_POSES; pose++) await rig.pass();
      const legs: number[] = [];
      for (let pose = 0; pose < requests; pose++) {
        signal.throwIfAborted();
        const legMs = await rig.pass();
        if (legMs !== null) legs.push(legMs);
        output.progress(`driver leg: ${pose + 1} of ${requests} poses`);
      }
      return { rtt: distribution(legs), failed: requests - legs.length };
    } finally {
      await rig.close();
      output.endProgress();
    }
  },
};
