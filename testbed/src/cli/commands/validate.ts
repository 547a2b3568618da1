import type * as Validate from "../../validate/validate";
import type { CommandModule } from "../command-line";

export const command: CommandModule = {
  summary: "check a Thing Description, Thing Model, site file or emulation file",
  configure(command, action) {
    command
      .argument(
        "<file-or-url>",
        "a JSON or YAML file, - for stdin, or the URL of a Thing Description",
      )
      .action(
        action(async ({ output, args }) => {
          const { validate } = require("../../validate/validate") as typeof Validate;
          const checked = await validate(args[0] ?? "");
          for (const finding of checked.findings) {
            output.line(
              `${finding.level}: ${finding.path || "/"}: got ${finding.got}, wanted ${finding.wanted}`,
            );
          }
          const { errors, warnings } = checked;
          output.line(
            checked.valid
              ? `${checked.source}: a valid ${checked.kind}${warnings > 0 ? `, ${warnings} warnings` : ""}`
              : `${checked.source}: ${errors} errors, ${warnings} warnings`,
          );
          output.result(checked);
          return checked.valid ? 0 : 1;
        }),
      );
  },
};
