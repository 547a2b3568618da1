import { describeBinding } from "../compliance";
import { COAP_CLAIMS } from "../compliance/claims";
import { openSecureCoapHarness } from "./testing/harness";

describeBinding("CoAP over TLS", openSecureCoapHarness, COAP_CLAIMS);
