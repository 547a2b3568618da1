import { INITIAL, ODD_PROPERTY } from "../benchmark-thing";
import { describe, expect, it } from "../jest";
import { type CellContext, json, outputOf, rawJson, refusal } from "./context";

export function describeProperties({ rig, harness, capabilities }: CellContext): void {
  describe("properties", () => {
    for (const [name, value] of Object.entries(INITIAL)) {
      it(`reads ${name} of type ${value === null ? "null" : typeof value} unchanged`, async () => {
        const thing = await rig().consume();
        expect(await outputOf(thing.readProperty(name))).toEqual(value);
      });
    }

    it("acknowledges a write after it is applied", async () => {
      const thing = await rig().consume();
      await thing.writeProperty("level", 73);
      expect(rig().controls.values.level).toBe(73);
      expect(await outputOf(thing.readProperty("level"))).toBe(73);
    });

    it("carries written strings, objects and arrays whole", async () => {
      const thing = await rig().consume();
      const written = {
        string: " \u{1f321} 'x' \\ \" ",
        object: { temperature: -1e-7, tags: [""], extra: [{ a: null }] },
        array: [0.1, 1e21],
        [ODD_PROPERTY]: -3,
      };
      for (const [name, value] of Object.entries(written)) {
        await thing.writeProperty(name, value);
        expect(await outputOf(thing.readProperty(name))).toEqual(value);
      }
    });

    it("accepts a write to a writeOnly property", async () => {
      const thing = await rig().consume();
      await thing.writeProperty("secret", "s3cret");
      expect(rig().controls.secrets).toContain("s3cret");
    });

    it("refuses a value of the wrong type with the path of the offence", async () => {
      const thing = await rig().consume();
      const before = rig().controls.values.level;
      const whole = await refusal(thing.writeProperty("level", "high"), 400);
      expect(whole.problem?.details).toMatchObject({
        path: "",
        got: "high",
        wanted: "type integer",
      });
      const inner = await refusal(
        thing.writeProperty("object", { temperature: 1, tags: ["a", 2] }),
        400,
      );
      expect(inner.problem?.details).toMatchObject({ path: "/tags/1", got: 2 });
      expect(rig().controls.values.level).toBe(before);
    });

    it("refuses a value out of range", async () => {
      const thing = await rig().consume();
      const refused = await refusal(thing.writeProperty("level", 101), 400);
      expect(refused.problem?.code).toBe("INPUT");
    });

    it("refuses a body that is not the format it says", async () => {
      const form = rig().form("properties", "string", "writeproperty");
      const client = harness().createClientFactory({ timeoutMs: 5000 }).getClient();
      if (!form) throw new TypeError("a form is missing");
      await refusal(client.writeResource(form, rawJson('{"a":')), 400);
      await client.stop();
    });

    it("offers no read of a writeOnly and no write of a readOnly property", () => {
      expect(rig().form("properties", "secret", "readproperty")).toBeUndefined();
      expect(rig().form("properties", "serial", "writeproperty")).toBeUndefined();
    });

    if (capabilities.refusesOpsOutsideTheForm) {
      it("refuses to write a readOnly property and to read a writeOnly one", async () => {
        const client = harness().createClientFactory({ timeoutMs: 5000 }).getClient();
        const readOnly = rig().form("properties", "serial", "readproperty");
        const writeOnly = rig().form("properties", "secret", "writeproperty");
        if (!readOnly || !writeOnly) throw new TypeError("a form is missing");
        const { "htv:methodName": _get, "cov:method": _covGet, ...write } = readOnly;
        const { "htv:methodName": _put, "cov:method": _covPut, ...read } = writeOnly;
        await refusal(
          client.writeResource({ ...write, op: "writeproperty" } as never, json("x")),
          405,
        );
        await refusal(client.readResource({ ...read, op: "readproperty" } as never), 405);
        await client.stop();
      });
    }

    it(`carries ${capabilities.largePayloadBytes} bytes both ways`, async () => {
      const thing = await rig().consume();
      const text = "0123456789".repeat(capabilities.largePayloadBytes / 10);
      await thing.writeProperty("blob", text);
      expect(await outputOf(thing.readProperty("blob"))).toBe(text);
      rig().controls.values.blob = "";
    });
  });
}
