import { describeBinding } from "../compliance";
import { COAP_CLAIMS } from "../compliance/claims";
import { openCoapHarness } from "./testing/harness";

describeBinding("CoAP", openCoapHarness, COAP_CLAIMS);
