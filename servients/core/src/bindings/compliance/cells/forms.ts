import { networkInterfaces } from "node:os";
import type { Form } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import type { BindingCapabilities, BindingHarness } from "../binding-under-test";
import { type CellGroup, group } from "../cell";
import { equal, holds, refusal, typedRejection } from "../check";
import { Rig } from "../rig";
import { withClient } from "./form-trial";
import { json, retarget, wanted } from "./tools";

type Affordances = Record<string, Record<string, unknown> & { forms: Form[] }>;

const offered = (affordance: { forms: Form[] }): string[] =>
  affordance.forms.flatMap((form) => [form.op ?? []].flat());

export function formCells(capabilities: BindingCapabilities): CellGroup {
  return group("forms", (cells) => {
    cells.add("forms", "offer exactly the operations the affordances allow", async ({ rig }) => {
      const { properties, actions, events } = rig.td as unknown as Record<string, Affordances>;
      for (const [name, property] of Object.entries(properties ?? {})) {
        const wanted = [
          ...(property.writeOnly ? [] : ["readproperty"]),
          ...(property.readOnly ? [] : ["writeproperty"]),
          ...(property.observable ? ["observeproperty", "unobserveproperty"] : []),
        ];
        equal([name, [...new Set(offered(property))].sort()], [name, wanted.sort()]);
      }
      for (const [name, action] of Object.entries(actions ?? {})) {
        holds(offered(action).includes("invokeaction"), `${name} cannot be invoked`);
      }
      for (const [name, event] of Object.entries(events ?? {})) {
        for (const op of ["subscribeevent", "unsubscribeevent"]) {
          holds(offered(event).includes(op), `${name} has no ${op}`);
        }
      }
    });

    cells.add(
      "forms",
      "state their media type and an absolute href below the server's base",
      async ({ rig, harness }) => {
        const base = harness.baseUrl(rig.server);
        for (const { contentType = "", href } of allForms(rig.td)) {
          holds(capabilities.mediaTypes.includes(contentType), `${contentType} in ${href}`);
          holds(href.startsWith(base), `${href} is not below ${base}`);
        }
      },
    );

    if (capabilities.refusesOpsOutsideTheForm) {
      cells.add(
        "refusals",
        "lead to a refusal where the affordance does not exist",
        async ({ rig, harness }) => {
          await withClient(harness, async (client) => {
            const read = wanted(rig.form("properties", "serial", "readproperty"));
            const invoke = wanted(rig.form("actions", "echo", "invokeaction"));
            await refusal(client.readResource(retarget(read, "serial", "nosuch")), 404);
            await refusal(client.invokeResource(retarget(invoke, "echo", "nosuch"), json("")), 404);
          });
        },
      );
    }

    cells.add(
      "refusals",
      "lead to a typed error where the Thing does not exist",
      async ({ rig, harness }) => {
        await withClient(
          harness,
          async (client) => {
            const read = wanted(rig.form("properties", "serial", "readproperty"));
            const nowhere = retarget(read, "compliance", "nowhere");
            if (capabilities.answersForUnknownThings) {
              await refusal(client.readResource(nowhere), 404);
            } else await typedRejection(client.readResource(nowhere));
          },
          500,
        );
      },
    );

    cells.add(
      "forms",
      "advertise the configured base address and no interface of the machine",
      async ({ rig, harness }) => {
        const scheme = new URL(harness.baseUrl(rig.server)).protocol;
        await advertises(harness, `${scheme}//fog.example:4711`);
      },
    );
  });
}

async function advertises(harness: BindingHarness, baseUrl: string): Promise<void> {
  const rig = await new Rig(harness, { baseUrl }).start();
  try {
    const addresses = Object.values(networkInterfaces())
      .flat()
      .map((entry) => entry?.address);
    const forms = allForms(rig.td);
    holds(forms.length > 20, `${forms.length} forms`);
    for (const { href } of forms) {
      holds(href.startsWith(baseUrl), `${href} is not below ${baseUrl}`);
      equal(addresses.includes(new URL(href).hostname), false);
    }
  } finally {
    await rig.stop();
  }
}

/** Every form of a TD, the Thing's own ones too. */
export function allForms(td: WoT.ThingDescription): Form[] {
  const kinds = [td.properties, td.actions, td.events];
  const affordances = kinds.flatMap((kind) => Object.values(kind ?? {}));
  return [...affordances, td].flatMap((holder) => (holder?.forms ?? []) as Form[]);
}
