import type { Check } from "../check";

export const check: Check = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  return isNew
    ? { level: "ok", found: `Node ${process.versions.node}` }
    : {
        level: "failed",
        found: `Node ${process.versions.node}`,
        mend: "install Node 20.19 or newer (nodejs.org, or Debian's nodejs where it is new enough)",
      };
};
