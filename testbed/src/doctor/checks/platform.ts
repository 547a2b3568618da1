import * as os from "node:os";
import type { Check } from "../check";

export const check: Check = () => {
  const found = `${os.platform()} ${os.arch()} ${os.release()}`;
  if (os.arch() === "arm" || os.arch() === "ia32") {
    return {
      level: "failed",
      found: `${found}: 32 bit`,
      mend: "install a 64-bit system (64-bit Raspberry Pi OS): zeromq and DuckDB have no 32-bit binary",
    };
  }
  if (os.platform() === "linux" && ["x64", "arm64"].includes(os.arch())) {
    return { level: "ok", found };
  }
  return { level: "warning", found, mend: "Linux on x64 or arm64 is what fogwot is tested on" };
};
