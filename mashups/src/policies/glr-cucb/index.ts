import type { Handles } from "../handles";
import { IndexPolicy } from "../index-policy";
import { Cucb, type CucbParameters, type CucbState, cucbParameters } from "../links/cucb";
import type { PolicyDefinition } from "../policy";
import { ChangeTest } from "./change-test";

interface Parameters extends CucbParameters {
  readonly exploration: number;
  readonly falseAlarms: number;
}

/** Above every index: asked because it is its turn. */
const FORCED = 1e9;

/** CUCB that begins anew when the test finds any link changed, and visits all links by turns. */
class RestartingCucb extends Cucb {
  readonly #exploration: number;
  readonly #test: ChangeTest;
  #hasChanged = false;

  constructor(parameters: Parameters, timeoutMs: number) {
    super(parameters, timeoutMs);
    this.#exploration = parameters.exploration;
    this.#test = new ChangeTest(parameters.falseAlarms);
  }

  override join(handle: number): void {
    super.join(handle);
    this.#test.join(handle);
  }

  override write(slot: number, m: number, handles: Handles, values: Float64Array): void {
    super.write(slot, m, handles, values);
    if (this.#exploration === 0 || handles.count === 0) return;
    // Every device in turn: a share `exploration` of the slots has one forced pick.
    const turn = this.slot % Math.ceil(handles.count / this.#exploration);
    if (turn < handles.count) values[handles.inOrder[turn] as number] = FORCED;
  }

  override observe(handles: Int32Array, ok: Uint8Array, rttMs: Float64Array, count: number): void {
    super.observe(handles, ok, rttMs, count);
    if (this.#hasChanged) this.#restart();
  }

  override snapshot(bound: number): CucbState & { test: unknown } {
    return { ...super.snapshot(bound), test: this.#test.snapshot(bound) };
  }

  override restore(state: unknown, bound: number): void {
    super.restore(state, bound);
    this.#test.restore((state as { test: unknown }).test, bound);
  }

  protected override learn(handle: number, reward: number): void {
    super.learn(handle, reward);
    const { sum, n } = this.means;
    if (this.#test.hasChanged(handle, n[handle] as number, sum[handle] as number)) {
      this.#hasChanged = true;
    }
  }

  #restart(): void {
    this.means.forgetAll();
    this.#test.forgetAll();
    this.slot = 0;
    this.#hasChanged = false;
  }
}

export const policy: PolicyDefinition<Parameters> = {
  name: "GLR-CUCB",
  title: "CUCB with restarts on change",
  description:
    "Baseline for links that change abruptly: CUCB that begins anew when a likelihood-ratio test finds a change.",
  parameters: {
    type: "object",
    additionalProperties: false,
    properties: {
      ...cucbParameters(0.1),
      exploration: {
        type: "number",
        minimum: 0,
        maximum: 1,
        default: 0.05,
        description: "Share of slots in which one pick goes round all devices.",
      },
      falseAlarms: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.005,
        description: "Probability δ of an alarm without a change.",
      },
    },
  },
  create: (parameters, context) =>
    new IndexPolicy("GLR-CUCB", new RestartingCucb(parameters, context.timeoutMs), context),
};
