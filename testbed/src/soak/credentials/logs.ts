import * as fs from "node:fs";
import * as path from "node:path";
import type { SoakCheck } from "../soak";
import type { SecuredSite } from "./secured-site";

/** Whether anything secret shows in what the site's processes have logged, and in what `up` has said. */
export function logCheck({ site, secrets }: SecuredSite): SoakCheck {
  const folder = path.join(site.stateDirectory, "logs");
  const files = fs.readdirSync(folder).map((name) => path.join(folder, name));
  const texts = [site.output, ...files.map((file) => fs.readFileSync(file, "utf8"))];
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const found = texts.flatMap((text, i) =>
    secrets.filter((secret) => text.includes(secret)).map(() => files[i - 1] ?? "fogwot up"),
  );
  return {
    claim: "no log line holds a secret",
    holds: found.length === 0 && bytes > 0,
    found: `${found.length} in ${bytes} characters ${found[0] ?? ""}`.trim(),
  };
}
