import path from "node:path";
import { packageRoot } from "@fogwot/core";

/** A file of `testbed/experiments`. */
export function shippedFile(name: string): string {
  return path.join(packageRoot(__dirname), "experiments", name);
}
