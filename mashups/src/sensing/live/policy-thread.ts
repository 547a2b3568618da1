import { parentPort, workerData } from "node:worker_threads";
import { loadPolicy } from "../../policies";
import type { SensedDevice } from "../slot";
import { SlotLoop } from "../slot-loop";
import type { SlotPicks } from "../slot-picks";
import type { ThreadAnswer, ThreadOperations, ThreadRequest } from "./messages";
import { toThreadFault } from "./thread-fault";

/**
 * The thread that a live policy runs in, with the whole slot loop and no I/O: a policy that never comes
 * back, or ends its thread, costs sensing nothing but that thread.
 */

/** Tells the other thread which request has begun. */
const begun = workerData as Int32Array;
let loop: SlotLoop;
let picks: SlotPicks;
/** What a message without an answer ran into; told at the next chance. */
let untold: unknown;

const operations: ThreadOperations = {
  load({ wanted, base, hooks, ...options }) {
    if (hooks !== undefined) require(hooks);
    const definition = loadPolicy(wanted, base);
    loop = new SlotLoop({ ...options, definition });
    return { ...loop.policy, budgetMs: definition.budgetMs ?? 0 };
  },
  enter(devices, shared) {
    loop.enter(devices, shared);
    return loop.hasAdopted;
  },
  join: (device) => loop.join(device),
  leave: (deviceId) => loop.leave(deviceId),
  configure: (changes) => loop.configure(changes),
  begin(slot) {
    throwUntold();
    loop.resumeAt(slot);
    picks = loop.open();
    const { count, handles, meta } = picks;
    return {
      devices: Array.from(
        handles.subarray(0, count),
        (handle) => loop.deviceOf(handle) as SensedDevice,
      ),
      explore: meta.explore.slice(0, count),
      propensity: meta.propensity.slice(0, count),
      epsilon: meta.epsilon,
    };
  },
  end(ok, rttMs) {
    picks.ok.set(ok);
    picks.rttMs.set(rttMs);
    const fault = loop.settle();
    return {
      reward: picks.reward.slice(0, picks.count),
      value: picks.value.slice(0, picks.count),
      fault: fault && toThreadFault(fault),
    };
  },
  tune(parameters, timeoutMs) {
    loop.tune(parameters, timeoutMs);
    return loop.policy.parameters;
  },
  linkModel: () => loop.linkModel(),
};

parentPort?.on("message", (request: ThreadRequest) => {
  const startMs = performance.now();
  Atomics.store(begun, 0, request.id);
  const outcome = outcomeOf(request);
  if (request.id === 0) return;
  const { id } = request;
  const tookMs = performance.now() - startMs;
  try {
    answer({ id, ...outcome, tookMs });
  } catch (thrown) {
    // A link model that no message can hold.
    answer({ id, fault: toThreadFault(thrown), tookMs });
  }
});

function answer(message: ThreadAnswer): void {
  parentPort?.postMessage(message);
}

function outcomeOf({ id, operation, parameters }: ThreadRequest): Partial<ThreadAnswer> {
  try {
    const run = operations[operation] as (...parameters: readonly unknown[]) => unknown;
    return { result: run(...parameters) };
  } catch (thrown) {
    if (id === 0) untold = thrown;
    return { fault: toThreadFault(thrown) };
  }
}

function throwUntold(): void {
  const thrown = untold;
  untold = undefined;
  if (thrown !== undefined) throw thrown;
}
