import { describeBinding } from "../compliance";
import { openHttpHarness } from "./testing/harness";

describeBinding("HTTP", openHttpHarness);
