import { describeBinding } from "../compliance";
import { openCoapHarness } from "./testing/harness";

describeBinding("CoAP", openCoapHarness);
