import type * as Discover from "../../discover/discover";
import type { CommandModule } from "../command-line";
import { parseDuration, parseInteger, parseMilliseconds } from "../options";

interface Options {
  dnsSd?: true;
  interface?: string;
  mdnsPort?: number;
  for: number;
  timeout: number;
  type?: string[];
  unit?: string[];
  location?: string[];
  near?: string[];
  availability?: string[];
}

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

export const command: CommandModule = {
  summary: "find Things by URLs and directories, or by DNS-SD on the local network",
  configure(command, action) {
    command
      .argument("[url...]", "of a Thing Description, a directory, a listing, /.well-known/core")
      .option("--dns-sd", "listen for what announces itself (_wot._tcp, _wot._udp)")
      .option("--interface <address>", "IPv4 address of the network interface for that")
      .option("--mdns-port <port>", "instead of 5353", parseInteger(1, 65_535))
      .option("--for <time>", "how long to listen", parseDuration, 2_000)
      .option("--timeout <time>", "longest wait for one document", parseMilliseconds, 10_000)
      .option("--type <class>", "only Things of that class: an IRI, or saref:Sensor", collect)
      .option("--unit <unit>", "with a value in that unit: qudt-unit:DEG_C", collect)
      .option("--location <place>", "of that site, node or place", collect)
      .option("--near <circle>", "latitude,longitude,metres", collect)
      .option("--availability <state>", "online, degraded, offline or unknown", collect)
      .action(
        action<Options>(async ({ output, args, options, signal }) => {
          const { discoverThings } = require("../../discover/discover") as typeof Discover;
          const { dnsSd, mdnsPort, interface: address, timeout, ...rest } = options;
          const query = Object.fromEntries(
            (["type", "unit", "location", "near", "availability"] as const).flatMap((name) =>
              rest[name] === undefined ? [] : [[name, rest[name]]],
            ),
          );
          const found = await discoverThings(
            {
              urls: args,
              query,
              timeoutMs: timeout,
              dnsSd: dnsSd && {
                durationMs: options.for,
                ...(address === undefined ? {} : { interface: address }),
                ...(mdnsPort === undefined ? {} : { port: mdnsPort }),
              },
            },
            output,
            signal,
          );
          output.result(found);
          return found.things.length > 0 ? 0 : 1;
        }),
      );
  },
};
