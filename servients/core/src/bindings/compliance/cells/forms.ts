import { networkInterfaces } from "node:os";
import type { Content, Form, ProtocolClient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import { decode, encode, fromContent, toContent } from "../../payload";
import { SAMPLE_INPUT } from "../benchmark-thing";
import { describe, expect, it } from "../jest";
import { Rig } from "../rig";
import { type CellContext, json, refusal, retarget, typedRejection } from "./context";

type Affordances = Record<string, Record<string, unknown> & { forms: Form[] }>;

const ops = (form: Form): string[] => [form.op ?? []].flat();
const offered = (affordance: { forms: Form[] }): string[] => affordance.forms.flatMap(ops);

export function describeForms({ rig, harness, capabilities }: CellContext): void {
  const affordances = (kind: "properties" | "actions" | "events"): Affordances =>
    rig().td[kind] as unknown as Affordances;

  async function withClient(work: (client: ProtocolClient) => Promise<void>): Promise<void> {
    const factory = harness().createClientFactory({ timeoutMs: 5000 });
    factory.init();
    await work(factory.getClient());
    factory.destroy();
  }

  describe("forms", () => {
    it("offer exactly the operations the affordances allow", () => {
      for (const [name, property] of Object.entries(affordances("properties"))) {
        const wanted = [
          ...(property.writeOnly ? [] : ["readproperty"]),
          ...(property.readOnly ? [] : ["writeproperty"]),
          ...(property.observable ? ["observeproperty", "unobserveproperty"] : []),
        ];
        expect([name, [...new Set(offered(property))].sort()]).toEqual([name, wanted.sort()]);
      }
      for (const action of Object.values(affordances("actions"))) {
        expect(offered(action)).toContain("invokeaction");
      }
      for (const event of Object.values(affordances("events"))) {
        expect(offered(event)).toEqual(
          expect.arrayContaining(["subscribeevent", "unsubscribeevent"]),
        );
      }
    });

    it("state their media type and an absolute href below the server's base", () => {
      const base = harness().baseUrl(rig().server);
      for (const form of allForms(rig().td)) {
        expect(capabilities.mediaTypes).toContain(form.contentType);
        expect(form.href.startsWith(base)).toBe(true);
      }
    });

    it("do what they offer, every operation of every form", async () => {
      await withClient(async (client) => {
        for (const [name, property] of Object.entries(affordances("properties"))) {
          for (const form of property.forms) await tryProperty(client, name, form);
        }
        for (const [name, action] of Object.entries(affordances("actions"))) {
          if (["failTyped", "failPlain", "slow"].includes(name)) continue;
          const input = SAMPLE_INPUT[name];
          for (const form of action.forms.filter((f) => ops(f).includes("invokeaction"))) {
            const output = await client.invokeResource(
              form,
              input === undefined ? undefined : valueFor(form, input),
            );
            await output.toBuffer();
          }
        }
        for (const event of Object.values(affordances("events"))) {
          for (const form of event.forms) await trySubscription(client, form);
        }
        for (const form of (rig().td.forms ?? []) as Form[]) await tryThing(client, form);
      });
    });

    it("lead to a refusal where the affordance does not exist", async () => {
      await withClient(async (client) => {
        const read = wanted(rig().form("properties", "serial", "readproperty"));
        const invoke = wanted(rig().form("actions", "echo", "invokeaction"));
        if (!capabilities.refusesOpsOutsideTheForm) return;
        await refusal(client.readResource(retarget(read, "serial", "nosuch")), 404);
        await refusal(client.invokeResource(retarget(invoke, "echo", "nosuch"), json("")), 404);
      });
    });

    it("lead to a typed error where the Thing does not exist", async () => {
      const factory = harness().createClientFactory({ timeoutMs: 500 });
      const client = factory.getClient();
      const read = wanted(rig().form("properties", "serial", "readproperty"));
      const nowhere = retarget(read, "compliance", "nowhere");
      if (capabilities.answersForUnknownThings) await refusal(client.readResource(nowhere), 404);
      else await typedRejection(client.readResource(nowhere));
      factory.destroy();
    });

    it("advertise the configured base address and no interface of the machine", async () => {
      const scheme = new URL(harness().baseUrl(rig().server)).protocol;
      const baseUrl = `${scheme}//fog.example:4711`;
      const other = await new Rig(harness(), { baseUrl }).start();
      try {
        const addresses = Object.values(networkInterfaces())
          .flat()
          .map((entry) => entry?.address);
        const forms = allForms(other.td);
        expect(forms.length).toBeGreaterThan(20);
        for (const { href } of forms) {
          expect(href.startsWith(baseUrl)).toBe(true);
          expect(addresses).not.toContain(new URL(href).hostname);
        }
      } finally {
        await other.stop();
      }
    });
  });

  async function tryProperty(client: ProtocolClient, name: string, form: Form): Promise<void> {
    const value = rig().controls.values[name] ?? "text";
    for (const op of ops(form)) {
      if (op === "readproperty") {
        expect(await answeredValue(client.readResource(form))).toEqual(rig().controls.values[name]);
      } else if (op === "writeproperty") await client.writeResource(form, valueFor(form, value));
      else if (op === "observeproperty") await trySubscription(client, form);
      else expect(op).toBe("unobserveproperty");
    }
  }

  async function tryThing(client: ProtocolClient, form: Form): Promise<void> {
    for (const op of ops(form)) {
      switch (op) {
        case "readallproperties":
          expect(await answeredValue(client.readResource(form))).toEqual(rig().controls.values);
          break;
        case "writeallproperties":
        case "writemultipleproperties":
          await client.writeResource(form, valueFor(form, { level: 44, string: "x" }));
          expect(rig().controls.values).toMatchObject({ level: 44, string: "x" });
          break;
        case "observeallproperties":
        case "subscribeallevents":
          await trySubscription(client, form);
          break;
        case "queryallactions":
          expect(await answeredValue(client.readResource(form))).toHaveProperty("task");
          break;
        default:
          // Tried through a consumer, who fills in the names; or the end of a subscription.
          expect(op).toMatch(/^(readmultiple|unobserveall)properties$|^unsubscribeallevents$/);
      }
    }
  }
}

/** A value in the media type a form names. */
function valueFor(form: Form, value: unknown): Content {
  return toContent(encode(value, form.contentType));
}

async function answeredValue(answer: Promise<Content>): Promise<unknown> {
  return decode(await fromContent(await answer), {});
}

async function trySubscription(client: ProtocolClient, form: Form): Promise<void> {
  await client.subscribeResource(form, () => undefined);
  await client.unlinkResource(form);
}

function wanted(form: Form | undefined): Form {
  if (!form) throw new TypeError("the form is missing");
  return form;
}

/** Every form of a TD, the Thing's own ones too. */
export function allForms(td: WoT.ThingDescription): Form[] {
  const kinds = [td.properties, td.actions, td.events];
  const affordances = kinds.flatMap((kind) => Object.values(kind ?? {}));
  return [...affordances, td].flatMap((holder) => (holder?.forms ?? []) as Form[]);
}
