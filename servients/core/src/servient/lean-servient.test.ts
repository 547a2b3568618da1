import { describe, expect, it } from "@jest/globals";
import { type ExposedThing, type ProtocolServer, Servient } from "@node-wot/core";
import { LeanServient } from "./lean-servient";

const LAMP = {
  title: "lamp",
  id: "urn:test:lamp",
  properties: { isOn: { type: "boolean", forms: [{ href: "http://elsewhere/isOn" }] } },
  events: { switched: {} },
};

/** Appends one form, and keeps what it was handed. */
function server(takesTemplate: boolean): ProtocolServer & { readonly handed: unknown[][] } {
  const handed: unknown[][] = [];
  const take = async (thing: ExposedThing, ...template: unknown[]): Promise<void> => {
    handed.push(template);
    thing.properties.isOn?.forms?.push({ href: "test://here/isOn" } as never);
  };
  const expose = takesTemplate
    ? (thing: ExposedThing, template: unknown) => take(thing, template)
    : (thing: ExposedThing) => take(thing);
  const rest = { scheme: "test", start: async () => undefined, stop: async () => undefined };
  return { ...rest, handed, expose, destroy: async () => true, getPort: () => 0 } as never;
}

async function exposeOn(servient: Servient, servers: readonly ProtocolServer[]) {
  for (const one of servers) servient.addServer(one);
  const thing = await (await servient.start()).produce(structuredClone(LAMP) as never);
  await thing.expose();
  return thing.getThingDescription();
}

describe("LeanServient", () => {
  it("exposes what node-wot's Servient exposes, without the forms a Thing came with", async () => {
    const servers = () => [server(false), server(false)];
    const own = await exposeOn(new LeanServient(), servers());
    expect(own).toEqual(await exposeOn(new Servient(), servers()));
    expect(own.properties?.isOn?.forms.map(({ href }) => href)).toEqual([
      "test://here/isOn",
      "test://here/isOn",
    ]);
  });

  it("hands a server that takes one the Thing as it was before", async () => {
    const stock = server(true);
    await exposeOn(new LeanServient(), [stock, server(false)]);
    expect(stock.handed).toEqual([[expect.objectContaining({ title: "lamp" })]]);
  });

  it("refuses media types of a Thing's own forms that no binding serves, with all of their places", async () => {
    const servient = new LeanServient();
    const asked = server(false);
    servient.addServer(asked);
    const wot = await servient.start();
    const form = (contentType?: string, response?: object) => ({
      href: "",
      ...(contentType === undefined ? {} : { contentType }),
      ...(response ? { response } : {}),
    });
    const properties = (...forms: object[]) => ({ image: { type: "string", forms } });
    const fine = [form(), form("application/json; charset=utf-8"), form("application/CBOR")];
    const camera = await wot.produce({ title: "camera", properties: properties(...fine) } as never);
    await camera.expose();
    const init = {
      title: "other",
      properties: properties(form(), form("image/jpeg")),
      actions: { shoot: { forms: [form("application/json", { contentType: "image/png" })] } },
    };
    const thing = await wot.produce(init as never);
    await expect(thing.expose()).rejects.toMatchObject({
      code: "CONFIG",
      mismatches: [
        { path: "/properties/image/forms/1/contentType", got: "image/jpeg" },
        { path: "/actions/shoot/forms/0/response/contentType", got: "image/png" },
      ],
    });
    expect(asked.handed).toHaveLength(1);
  });
});
