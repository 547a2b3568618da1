import { FRAGILE_LIMIT, INITIAL, ODD_PROPERTY } from "../benchmark-thing";
import { type CellGroup, group } from "../cell";
import { contains, equal, holds, refusal } from "../check";
import type { Rig } from "../rig";

export function propertySetCells(): CellGroup {
  const requests = (rig: Rig): number => rig.server.counters.requests;

  return group("several properties at once", (cells) => {
    cells.add(
      "readallproperties",
      "reads every readable property, and none that is writeOnly",
      async ({ rig }) => {
        const operations = await rig.operations();
        const before = requests(rig);
        equal(await operations.readAllProperties(), rig.controls.values);
        const made = requests(rig) - before;
        holds(made < Object.keys(INITIAL).length, `${made} requests`);
      },
    );

    cells.add(
      "readmultipleproperties",
      "reads those that are named and no others",
      async ({ rig }) => {
        const operations = await rig.operations();
        const names = ["serial", ODD_PROPERTY, "object"];
        const { values } = rig.controls;
        equal(await operations.readMultipleProperties(names), {
          serial: values.serial,
          [ODD_PROPERTY]: values[ODD_PROPERTY],
          object: values.object,
        });
      },
    );

    cells.add(
      "readmultipleproperties",
      "refuses to read what is not there or cannot be read",
      async ({ rig }) => {
        const operations = await rig.operations();
        for (const name of ["nosuch", "secret", "toString"]) {
          await refusal(operations.readMultipleProperties(["serial", name]), 400);
        }
      },
    );

    cells.add(
      "writemultipleproperties",
      "writes several properties, writeOnly ones too",
      async ({ rig }) => {
        const operations = await rig.operations();
        const written = { level: 31, [ODD_PROPERTY]: 12, array: [4, 5], secret: "set of three" };
        await operations.writeMultipleProperties(written);
        const { secret, ...readable } = written;
        contains(rig.controls.values, readable);
        holds(rig.controls.secrets.includes(secret), "the writeOnly one was not written");
      },
    );

    cells.add("writeallproperties", "writes every writable property", async ({ rig }) => {
      const operations = await rig.operations();
      const { string, object, array, level, blob, fragile } = INITIAL;
      const all = { string, object, array: [...array], level, blob, fragile, secret: "all" };
      await operations.writeAllProperties({ ...all, [ODD_PROPERTY]: 7 } as never);
      contains(rig.controls.values, { level, [ODD_PROPERTY]: 7 });
    });

    cells.add(
      "writemultipleproperties",
      "writes nothing when any value does not fit, and says which",
      async ({ rig }) => {
        const operations = await rig.operations();
        const before = { ...rig.controls.values };
        const offences = [
          [{ level: 5, object: { temperature: "hot" } }, "/object/temperature"],
          [{ level: 5, array: [1, "2"] }, "/array/1"],
          [{ level: 5, serial: "SN-2" }, "/serial"],
          [{ level: 5, nosuch: 1 }, "/nosuch"],
          [{ level: 5, [ODD_PROPERTY]: "7" }, `/${ODD_PROPERTY}`],
        ] as const;
        for (const [values, path] of offences) {
          const refused = await refusal(operations.writeMultipleProperties(values as never), 400);
          contains(refused.problem?.details, { path });
        }
        equal(rig.controls.values, before);
      },
    );

    cells.add(
      "writemultipleproperties",
      "says what was written when a handler refuses in the middle",
      async ({ rig }) => {
        const operations = await rig.operations();
        const before = rig.controls.values.level;
        const values = { string: "first", fragile: FRAGILE_LIMIT, level: 99 };
        const refused = await refusal(operations.writeMultipleProperties(values), 504);
        contains(refused.problem, {
          code: "DEVICE_TIMEOUT",
          details: {
            deviceId: "wifi-8",
            written: ["string"],
            failed: "fragile",
            notWritten: ["level"],
          },
        });
        contains(rig.controls.values, { string: "first", level: before });
      },
    );

    cells.add("forms", "offers the operations on the Thing itself", async ({ rig }) => {
      const offered = (rig.td.forms ?? []).flatMap((form) => [form.op ?? []].flat() as string[]);
      for (const op of ["readall", "readmultiple", "writeall", "writemultiple"]) {
        holds(offered.includes(`${op}properties`), `no form offers ${op}properties`);
      }
    });
  });
}
