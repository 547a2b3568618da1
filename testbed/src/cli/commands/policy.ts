import * as path from "node:path";
import type { Command } from "commander";
import type * as Policies from "../../site-run/policies";
import type { PolicyChange } from "../../site-run/policies";
import type { CommandModule } from "../command-line";
import { collectParameter, parseInteger, parseMilliseconds } from "../options";

interface Options {
  site?: string;
  param?: Record<string, unknown>;
  m?: number;
  timeout?: number;
  interval?: number;
  binding?: string;
}

export const command: CommandModule = {
  summary: "show or change the sensing policy of a running mash-up",
  configure(command, action) {
    const sub = (text: string, description: string): Command =>
      command
        .command(text)
        .description(description)
        .option("-s, --site <site>", "as for `fogwot up`");
    sub("show", "the policy in force").action(
      action<Options>(async ({ output, options }) => {
        const { showPolicy, policyLine } = require("../../site-run/policies") as typeof Policies;
        const policy = await showPolicy(options.site);
        output.line(policyLine(policy));
        output.result(policy);
        return 0;
      }),
    );
    sub("list", "the policies there are").action(
      action<Options>(async ({ output, options }) => {
        const { listPolicies } = require("../../site-run/policies") as typeof Policies;
        const policies = await listPolicies(options.site);
        for (const { name, title } of policies) output.line(`${name.padEnd(6)} ${title}`);
        output.result({ policies });
        return 0;
      }),
    );
    sub("set <policy>", "replace the policy between two slots; what was learnt is reset")
      .option("--param <name=value>", "parameter of the policy; repeatable", collectParameter)
      .option("--m <count>", "devices asked per slot", parseInteger(1, 100_000))
      .option("--timeout <time>", "of one request, such as 500ms", parseMilliseconds)
      .option("--interval <time>", "of a slot, such as 1000ms", parseMilliseconds)
      .option("--binding <name>", "http, coap or mqtt")
      .action(
        action<Options>(async ({ output, args, options }) => {
          const { setPolicy, policyLine } = require("../../site-run/policies") as typeof Policies;
          const change: PolicyChange = {
            name: policyName(args[0] ?? ""),
            ...(options.param ? { parameters: options.param } : {}),
            ...(options.m === undefined ? {} : { m: options.m }),
            ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
            ...(options.interval === undefined ? {} : { intervalMs: options.interval }),
            ...(options.binding === undefined ? {} : { binding: options.binding }),
          };
          const policy = await setPolicy(options.site, change);
          output.line(policyLine(policy));
          output.result(policy);
          return 0;
        }),
      );
  },
};

/** A path is meant from here, not from the folder that the server was started in. */
function policyName(name: string): string {
  return /^\.{0,2}\//.test(name) ? path.resolve(name) : name;
}
