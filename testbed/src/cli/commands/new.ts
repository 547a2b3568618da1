import * as path from "node:path";
import type * as NewDevice from "../../new-device/new-device";
import type * as NewProcessor from "../../new-processor/new-processor";
import type * as NewSite from "../../new-site/new-site";
import type { CommandModule } from "../command-line";
import { parseInteger } from "../options";

interface DeviceOptions {
  property: string;
  unit: string;
  minimum: number;
  maximum: number;
}

interface ProcessorOptions {
  dir?: string;
}

interface SiteOptions {
  devices: number;
  type: string;
  portBase: number;
  emulated: boolean;
}

export const command: CommandModule = {
  summary: "make the files of something new",
  configure(command, action) {
    command
      .command("device <name>")
      .description(
        "a device type: firmware, Thing Model, mapping, vectors and tests, in files of its own",
      )
      .option("--property <name>", "what it measures, as its Thing calls it", "level")
      .option("--unit <unit>", "of QUDT", "qudt-unit:PERCENT")
      .option("--minimum <number>", "in the unit", parseInteger(-2_000_000, 2_000_000), 0)
      .option("--maximum <number>", "in the unit", parseInteger(-2_000_000, 2_000_000), 100)
      .action(
        action<DeviceOptions>(async ({ output, args, options }) => {
          const { newDevice } = require("../../new-device/new-device") as typeof NewDevice;
          const made = newDevice({ name: args[0] ?? "", ...options });
          for (const file of made.files) output.line(`made ${file}`);
          output.line(`try it: npx jest ${made.type}; docs/adding-a-device.md says how to go on`);
          output.result(made);
          return 0;
        }),
      );
    command
      .command("processor <name>")
      .description("a WebAssembly processor: source, manifest, vectors, twin and README")
      .option("--dir <folder>", "where it goes; a folder of its name without")
      .action(
        action<ProcessorOptions>(async ({ output, args, options }) => {
          const { newProcessor } =
            require("../../new-processor/new-processor") as typeof NewProcessor;
          const name = args[0] ?? "";
          const made = newProcessor({ name, folder: options.dir ?? name });
          for (const file of made.files) output.line(`made ${path.join(made.folder, file)}`);
          output.line(`try it: fogwot processor test ${made.folder}`);
          output.result(made);
          return 0;
        }),
      );
    command
      .command("site <folder>")
      .description("a folder with site.yaml, and emulation.yaml to try it without hardware")
      .option("--devices <count>", "how many, behind one Wi-Fi", parseInteger(1, 80), 3)
      .option("--type <type>", "device type of them", "climate-dht11")
      .option("--port-base <port>", "block of 100 ports", parseInteger(1_024, 65_400), 19_080)
      .option("--no-emulated", "without emulation.yaml: real boards only")
      .action(
        action<SiteOptions>(async ({ output, args, options }) => {
          const { newSite } = require("../../new-site/new-site") as typeof NewSite;
          const made = newSite({ folder: args[0] ?? "", ...options });
          for (const file of made.files) output.line(`made ${file}`);
          output.line(`run it: fogwot up ${made.files[0]}`);
          output.result(made);
          return 0;
        }),
      );
  },
};
