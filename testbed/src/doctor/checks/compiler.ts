import type { Check } from "../check";
import { findProgram } from "../find-program";

export const check: Check = () => {
  const missing = ["cc", "make"].filter((name) => findProgram(name) === undefined);
  return missing.length === 0
    ? { level: "ok", found: "cc and make, for the emulated boards" }
    : {
        level: "warning",
        found: `no ${missing.join(", no ")}: boards cannot be emulated, real ones work`,
        mend: "apt-get install gcc make libc6-dev",
      };
};
