// The suite is a library of the tests beside it: jest is the repository's, not this package's.
// biome-ignore lint/correctness/noUndeclaredDependencies: a test-only module that nothing at run time imports
import { afterAll, beforeAll, describe, it } from "@jest/globals";
import { type BindingCapabilities, type BindingHarness, STRICTEST } from "./binding-under-test";
import { Rig } from "./rig";
import { cellGroups } from "./suite";

/** @param open opens the harness: once per call, closed after the last cell */
export function describeBinding(
  name: string,
  open: () => Promise<BindingHarness>,
  claims: Partial<BindingCapabilities> = {},
): void {
  describe(`${name} binding`, () => {
    let harness: BindingHarness;
    let rig: Rig;
    beforeAll(async () => {
      harness = await open();
      rig = await new Rig(harness).start();
    });
    afterAll(async () => {
      await rig.stop();
      await harness.close();
    });
    const capabilities = { ...STRICTEST, ...claims };
    for (const { title, cells } of cellGroups(claims)) {
      describe(title, () => {
        for (const cell of cells) {
          it(cell.title, () => cell.run({ harness, rig, capabilities }), cell.timeoutMs);
        }
      });
    }
  });
}
