import { describeBinding } from "../compliance";
import { HTTP_CLAIMS } from "../compliance/claims";
import { openHttpHarness } from "./testing/harness";

describeBinding("HTTP", openHttpHarness, HTTP_CLAIMS);
