import type * as Doctor from "../../doctor/doctor";
import type { CommandModule } from "../command-line";

interface Options {
  site?: string;
}

const MARKS = { ok: "ok     ", warning: "warning", failed: "FAILED " } as const;

export const command: CommandModule = {
  summary: "look whether this machine has what fogwot needs, and how to mend what is missing",
  configure(command, action) {
    command.option("-s, --site <site>", "whose ports to look at").action(
      action<Options>(async ({ output, options }) => {
        const { examine } = require("../../doctor/doctor") as typeof Doctor;
        const findings = await examine({ site: options.site });
        for (const { name, level, found, mend } of findings) {
          output.line(`${MARKS[level]} ${name.padEnd(14)} ${found}`);
          if (mend !== undefined) output.line(`${" ".repeat(23)}mend: ${mend}`);
        }
        const isHealthy = findings.every((finding) => finding.level !== "failed");
        output.line(
          isHealthy ? "this machine can run a site" : "this machine cannot run a site yet",
        );
        output.result({ healthy: isHealthy, checks: findings });
        return isHealthy ? 0 : 1;
      }),
    );
  },
};
