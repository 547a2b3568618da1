import { INITIAL, ODD_PROPERTY } from "../benchmark-thing";
import type { BindingCapabilities } from "../binding-under-test";
import { type CellGroup, group } from "../cell";
import { contains, equal, refusal } from "../check";
import { json, outputOf, rawJson, wanted } from "./tools";

export function propertyCells(capabilities: BindingCapabilities): CellGroup {
  return group("properties", (cells) => {
    for (const [name, value] of Object.entries(INITIAL)) {
      const type = value === null ? "null" : typeof value;
      cells.add("readproperty", `reads ${name} of type ${type} unchanged`, async ({ rig }) => {
        const thing = await rig.consume();
        equal(await outputOf(thing.readProperty(name)), value);
      });
    }

    cells.add("writeproperty", "acknowledges a write after it is applied", async ({ rig }) => {
      const thing = await rig.consume();
      await thing.writeProperty("level", 73);
      equal(rig.controls.values.level, 73);
      equal(await outputOf(thing.readProperty("level")), 73);
    });

    cells.add(
      "writeproperty",
      "carries written strings, objects and arrays whole",
      async ({ rig }) => {
        const thing = await rig.consume();
        const written = {
          string: " \u{1f321} 'x' \\ \" ",
          object: { temperature: -1e-7, tags: [""], extra: [{ a: null }] },
          array: [0.1, 1e21],
          [ODD_PROPERTY]: -3,
        };
        for (const [name, value] of Object.entries(written)) {
          await thing.writeProperty(name, value);
          equal(await outputOf(thing.readProperty(name)), value);
        }
      },
    );

    cells.add("writeproperty", "accepts a write to a writeOnly property", async ({ rig }) => {
      const thing = await rig.consume();
      await thing.writeProperty("secret", "s3cret");
      equal(rig.controls.secrets.includes("s3cret"), true);
    });

    cells.add(
      "refusals",
      "refuses a value of the wrong type with the path of the offence",
      async ({ rig }) => {
        const thing = await rig.consume();
        const before = rig.controls.values.level;
        const whole = await refusal(thing.writeProperty("level", "high"), 400);
        contains(whole.problem?.details, { path: "", got: "high", wanted: "type integer" });
        const inner = await refusal(
          thing.writeProperty("object", { temperature: 1, tags: ["a", 2] }),
          400,
        );
        contains(inner.problem?.details, { path: "/tags/1", got: 2 });
        equal(rig.controls.values.level, before);
      },
    );

    cells.add("refusals", "refuses a value out of range", async ({ rig }) => {
      const thing = await rig.consume();
      const refused = await refusal(thing.writeProperty("level", 101), 400);
      equal(refused.problem?.code, "INPUT");
    });

    cells.add(
      "refusals",
      "refuses a body that is not the format it says",
      async ({ rig, harness }) => {
        const form = wanted(rig.form("properties", "string", "writeproperty"));
        const client = harness.createClientFactory({ timeoutMs: 5000 }).getClient();
        await refusal(client.writeResource(form, rawJson('{"a":')), 400);
        await client.stop();
      },
    );

    cells.add(
      "forms",
      "offers no read of a writeOnly and no write of a readOnly property",
      async ({ rig }) => {
        equal(rig.form("properties", "secret", "readproperty"), undefined);
        equal(rig.form("properties", "serial", "writeproperty"), undefined);
      },
    );

    if (capabilities.refusesOpsOutsideTheForm) {
      cells.add(
        "refusals",
        "refuses to write a readOnly property and to read a writeOnly one",
        async ({ rig, harness }) => {
          const client = harness.createClientFactory({ timeoutMs: 5000 }).getClient();
          const readOnly = wanted(rig.form("properties", "serial", "readproperty"));
          const writeOnly = wanted(rig.form("properties", "secret", "writeproperty"));
          const { "htv:methodName": _get, "cov:method": _covGet, ...write } = readOnly;
          const { "htv:methodName": _put, "cov:method": _covPut, ...read } = writeOnly;
          await refusal(
            client.writeResource({ ...write, op: "writeproperty" } as never, json("x")),
            405,
          );
          await refusal(client.readResource({ ...read, op: "readproperty" } as never), 405);
          await client.stop();
        },
      );
    }

    const bytes = capabilities.largePayloadBytes;
    cells.add("writeproperty", `carries ${bytes} bytes both ways`, async ({ rig }) => {
      const thing = await rig.consume();
      const text = "0123456789".repeat(bytes / 10);
      await thing.writeProperty("blob", text);
      equal(await outputOf(thing.readProperty("blob")), text);
      rig.controls.values.blob = "";
    });
  });
}
