import type { Check } from "../check";
import { findProgram } from "../find-program";

/** Foreign clients and brokers that the tests talk to; a site runs without them. */
const PROGRAMS = {
  curl: "curl",
  "coap-client-notls": "libcoap3-bin",
  mosquitto: "mosquitto",
  mosquitto_rr: "mosquitto-clients",
  setpriv: "util-linux",
} as const;

export const check: Check = () => {
  const missing = Object.entries(PROGRAMS).filter(([name]) => findProgram(name) === undefined);
  return missing.length === 0
    ? { level: "ok", found: Object.keys(PROGRAMS).join(", ") }
    : {
        level: "warning",
        found: `no ${missing.map(([name]) => name).join(", no ")}: the tests need them`,
        mend: `apt-get install ${missing.map(([, debian]) => debian).join(" ")}`,
      };
};
