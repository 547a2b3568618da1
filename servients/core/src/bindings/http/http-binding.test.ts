import { describeBinding } from "../compliance";
import { openHttpHarness } from "./testing/harness";

describeBinding("HTTP", openHttpHarness, {
  mediaTypes: ["application/json", "application/cbor"],
  propertySets: true,
  wholeSubscriptions: true,
  asyncActions: true,
});
