import { FRAGILE_LIMIT, INITIAL, ODD_PROPERTY } from "../benchmark-thing";
import { describe, expect, it } from "../jest";
import { type CellContext, refusal } from "./context";

export function describePropertySets({ rig, capabilities }: CellContext): void {
  if (!capabilities.propertySets) return;
  const requests = (): number => rig().server.counters.requests;

  describe("several properties at once", () => {
    it("reads every readable property, and none that is writeOnly", async () => {
      const operations = await rig().operations();
      const before = requests();
      expect(await operations.readAllProperties()).toEqual(rig().controls.values);
      expect(requests() - before).toBeLessThan(Object.keys(INITIAL).length);
    });

    it("reads those that are named and no others", async () => {
      const operations = await rig().operations();
      const names = ["serial", ODD_PROPERTY, "object"];
      const { values } = rig().controls;
      expect(await operations.readMultipleProperties(names)).toEqual({
        serial: values.serial,
        [ODD_PROPERTY]: values[ODD_PROPERTY],
        object: values.object,
      });
    });

    it("refuses to read what is not there or cannot be read", async () => {
      const operations = await rig().operations();
      for (const name of ["nosuch", "secret", "toString"]) {
        await refusal(operations.readMultipleProperties(["serial", name]), 400);
      }
    });

    it("writes several properties, writeOnly ones too", async () => {
      const operations = await rig().operations();
      const written = { level: 31, [ODD_PROPERTY]: 12, array: [4, 5], secret: "set of three" };
      await operations.writeMultipleProperties(written);
      const { secret, ...readable } = written;
      expect(rig().controls.values).toMatchObject(readable);
      expect(rig().controls.secrets).toContain(secret);
    });

    it("writes every writable property", async () => {
      const operations = await rig().operations();
      const { string, object, array, level, blob, fragile } = INITIAL;
      const all = { string, object, array: [...array], level, blob, fragile, secret: "all" };
      await operations.writeAllProperties({ ...all, [ODD_PROPERTY]: 7 } as never);
      expect(rig().controls.values).toMatchObject({ level, [ODD_PROPERTY]: 7 });
    });

    it("writes nothing when any value does not fit, and says which", async () => {
      const operations = await rig().operations();
      const before = { ...rig().controls.values };
      const offences = [
        [{ level: 5, object: { temperature: "hot" } }, "/object/temperature"],
        [{ level: 5, array: [1, "2"] }, "/array/1"],
        [{ level: 5, serial: "SN-2" }, "/serial"],
        [{ level: 5, nosuch: 1 }, "/nosuch"],
        [{ level: 5, [ODD_PROPERTY]: "7" }, `/${ODD_PROPERTY}`],
      ] as const;
      for (const [values, path] of offences) {
        const refused = await refusal(operations.writeMultipleProperties(values as never), 400);
        expect(refused.problem?.details).toMatchObject({ path });
      }
      expect(rig().controls.values).toEqual(before);
    });

    it("says what was written when a handler refuses in the middle", async () => {
      const operations = await rig().operations();
      const before = rig().controls.values.level;
      const values = { string: "first", fragile: FRAGILE_LIMIT, level: 99 };
      const refused = await refusal(operations.writeMultipleProperties(values), 504);
      expect(refused.problem).toMatchObject({
        code: "DEVICE_TIMEOUT",
        details: {
          deviceId: "wifi-8",
          written: ["string"],
          failed: "fragile",
          notWritten: ["level"],
        },
      });
      expect(rig().controls.values).toMatchObject({ string: "first", level: before });
    });

    it("offers the operations on the Thing itself", () => {
      const offered = (rig().td.forms ?? []).flatMap((form) => [form.op ?? []].flat());
      expect(offered).toEqual(
        expect.arrayContaining([
          "readallproperties",
          "readmultipleproperties",
          "writeallproperties",
          "writemultipleproperties",
        ]),
      );
    });
  });
}
