import type * as PublisherKeys from "../../../keys/publisher-keys";
import type * as Failures from "../../../processors/processor-failure";
import type * as Publishing from "../../../processors/publish-processor";
import type { CommandModule } from "../../command-line";
import { parseInstant } from "../../options";

interface Options {
  key: string;
  out?: string;
  notBefore?: string;
  expires?: string;
}

export const command: CommandModule = {
  summary: "build and sign a processor: module, manifest and signature",
  configure(command, action) {
    command
      .argument("<target>", "a processor's folder, or a .wasm with its manifest beside it")
      .requiredOption("--key <name>", "publisher, or file of the key: fogwot keys new")
      .option("--out <folder>", "where the files go; build in the processor's folder without")
      .option(
        "--not-before <time>",
        "nodes refuse it until then: 2026-01-31T12:00:00Z",
        parseInstant,
      )
      .option("--expires <time>", "nodes refuse it from then on", parseInstant)
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { onProcessors } =
            require("../../../processors/processor-failure") as typeof Failures;
          const { loadSecretKey } = require("../../../keys/publisher-keys") as typeof PublisherKeys;
          const { publishProcessor } =
            require("../../../processors/publish-processor") as typeof Publishing;
          const { key, ...rest } = options;
          const made = await onProcessors(() =>
            publishProcessor({
              ...rest,
              target: args[0] ?? "",
              key: loadSecretKey(key),
              isFresh: true,
              signal,
            }),
          );
          const { name, version, counter, size, wasmSha256, keyId } = made.manifest;
          output.line(`${made.did} ${made.files.wasm}: ${name} ${version}, publication ${counter}`);
          output.line(`${size} bytes, sha256 ${wasmSha256}, signed by ${keyId}`);
          output.result(made);
          return 0;
        }),
      );
  },
};
