/**
 * What a protocol binding is: one suite, run against each of ours.
 *
 * Every cell goes producer → our server → the wire → our client → consumer, through the Scripting
 * API of node-wot's core. A binding's own test adds only what is special about its protocol.
 *
 * @example
 * describeBinding("http", openHttpHarness);                              // the strictest claims
 * describeBinding("coap", openCoapHarness, { everyNotification: false }); // RFC 7641, section 4.5
 */
import { type BindingCapabilities, type BindingHarness, STRICTEST } from "./binding-under-test";
import { describeActions } from "./cells/actions";
import { describeAsyncActions } from "./cells/async-actions";
import type { CellContext } from "./cells/context";
import { describeForms } from "./cells/forms";
import { describeLifecycle } from "./cells/lifecycle";
import { describeNotifications } from "./cells/notifications";
import { describeProperties } from "./cells/properties";
import { describePropertySets } from "./cells/property-sets";
import { describeRobustness } from "./cells/robustness";
import { describeWholeSubscriptions } from "./cells/whole-subscriptions";
import { afterAll, beforeAll, describe } from "./jest";
import { Rig } from "./rig";

export * from "./benchmark-thing";
export * from "./binding-under-test";
export { Deferred, rejection, until } from "./deferred";
export { Rig, type RigOptions } from "./rig";

/** @param open opens the harness: once per call, closed after the last cell */
export function describeBinding(
  name: string,
  open: () => Promise<BindingHarness>,
  capabilities: Partial<BindingCapabilities> = {},
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
    const context: CellContext = {
      harness: () => harness,
      rig: () => rig,
      capabilities: { ...STRICTEST, ...capabilities },
    };
    describeProperties(context);
    describePropertySets(context);
    describeActions(context);
    describeAsyncActions(context);
    describeNotifications(context);
    describeWholeSubscriptions(context);
    describeForms(context);
    describeLifecycle(context);
    describeRobustness(context);
  });
}
