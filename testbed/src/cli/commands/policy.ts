import * as path from "node:path";
import { type Command, Option } from "commander";
import type * as Policies from "../../site-run/policies";
import type { PolicyChange, PolicyTuning } from "../../site-run/policies";
import type { CommandModule } from "../command-line";
import { collectParameter, parseInteger, parseMilliseconds } from "../options";
import { wrongUse } from "../wrong-use";

interface Options {
  site?: string;
  param?: Record<string, unknown>;
  m?: number;
  timeout?: number;
  interval?: number;
  binding?: string;
  carry?: "none" | "model";
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
    const settings = (command: Command): Command =>
      command
        .option("--param <name=value>", "parameter of the policy; repeatable", collectParameter)
        .option("--m <count>", "devices asked per slot", parseInteger(1, 100_000))
        .option("--timeout <time>", "of one request, such as 500ms", parseMilliseconds)
        .option("--interval <time>", "of a slot, such as 1000ms", parseMilliseconds)
        .option("--binding <name>", "http, coap or mqtt");
    settings(sub("set <policy>", "replace the policy between two slots: a name, path or package"))
      .addOption(
        new Option("--carry <what>", "what it starts from: nothing, or the link model so far")
          .choices(["none", "model"])
          .default("none"),
      )
      .action(
        action<Options>(async ({ output, args, options }) => {
          const { setPolicy, policyLine } = require("../../site-run/policies") as typeof Policies;
          const change: PolicyChange = {
            name: policyName(args[0] ?? ""),
            from: process.cwd(),
            carry: options.carry ?? "none",
            ...tuningOf(options),
          };
          const policy = await setPolicy(options.site, change);
          output.line(`${policyLine(policy)}   from slot ${policy.fromSlot}`);
          if (change.carry === "model" && !policy.carried) {
            output.line(
              "it starts from nothing: it, or the policy before, keeps no such link model",
            );
          }
          output.result(policy);
          return 0;
        }),
      );
    settings(sub("tune", "change the policy in force, which keeps what it has learnt")).action(
      action<Options>(async ({ output, options }) => {
        const { tunePolicy, policyLine } = require("../../site-run/policies") as typeof Policies;
        const tuning = tuningOf(options);
        if (Object.keys(tuning).length === 0) {
          throw wrongUse("nothing to change: wanted --param, --m, --timeout, --interval …");
        }
        const policy = await tunePolicy(options.site, tuning);
        output.line(`${policyLine(policy)}   from slot ${policy.fromSlot}`);
        output.result(policy);
        return 0;
      }),
    );
  },
};

function tuningOf({ param, m, timeout, interval, binding }: Options): PolicyTuning {
  return {
    ...(param ? { parameters: param } : {}),
    ...(m === undefined ? {} : { m }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(interval === undefined ? {} : { intervalMs: interval }),
    ...(binding === undefined ? {} : { binding }),
  };
}

/** A path is meant from here, not from the folder that the server was started in. */
function policyName(name: string): string {
  return /^\.{0,2}\//.test(name) ? path.resolve(name) : name;
}
