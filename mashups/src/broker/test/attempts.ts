import { FogwotError, MqttBindingClientFactory, type MqttCredentials } from "@fogwot/core";
import { ContentSerdes, type Form, type ProtocolClient } from "@node-wot/core";
import type * as WoT from "wot-typescript-definitions";
import type { SecuredSite } from "./secured-site";

/** What became of each operation of each form: `let in`, or the status of the refusal. */
export type Outcomes = Record<string, "let in" | number>;

/** Tries every operation that a Thing's forms offer, with one set of credentials. */
export async function tryEverything(
  { td, ca }: Pick<SecuredSite, "td" | "ca">,
  credentials: MqttCredentials | undefined,
  timeoutMs = 2_000,
): Promise<Outcomes> {
  const factory = new MqttBindingClientFactory({ scheme: "mqtts", ca, timeoutMs });
  const client = factory.getClient();
  client.setSecurity([{ scheme: "basic" }], credentials);
  const outcomes: Outcomes = {};
  try {
    for (const [holder, forms] of allForms(td)) {
      for (const form of forms) {
        for (const op of [form.op ?? []].flat().filter((one) => !one.startsWith("un"))) {
          const name = `${op} ${holder} ${form.contentType}`;
          outcomes[name] = await attempt(client, form, op);
        }
      }
    }
  } finally {
    await factory.stop();
  }
  return outcomes;
}

/** Names of the attempts that succeeded. */
export async function letInOf(outcomes: Outcomes | Promise<Outcomes>): Promise<string[]> {
  return Object.entries(await outcomes).flatMap(([name, one]) => (one === "let in" ? [name] : []));
}

function allForms(td: WoT.ThingDescription): [string, Form[]][] {
  const kinds = { ...td.properties, ...td.actions, ...td.events };
  const own = Object.entries(kinds).map(([name, { forms }]) => [name, forms] as [string, Form[]]);
  return [...own, ["", (td.forms ?? []) as Form[]]];
}

async function attempt(client: ProtocolClient, form: Form, op: string): Promise<"let in" | number> {
  try {
    await carryOut(client, form, op);
    return "let in";
  } catch (error) {
    if (!(error instanceof FogwotError)) throw error;
    // A wrong invocation or an ended action is found out by the Thing: who gets there was let in.
    return error.status === 404 ? "let in" : error.status;
  }
}

async function carryOut(client: ProtocolClient, form: Form, op: string): Promise<void> {
  const { contentType = "", href } = form;
  const content = (value: number) => {
    const whole = op.includes("properties") ? { level: value } : value;
    return ContentSerdes.get().valueToContent(whole, {} as never, contentType);
  };
  switch (op) {
    case "readproperty":
    case "readallproperties":
    case "queryallactions":
      await client.readResource(form);
      return;
    case "readmultipleproperties":
      await client.readResource({ ...form, href: href.replace("{?names}", "?names=serial") });
      return;
    case "queryaction":
      await client.readResource({ ...form, href: href.replace("{invocation}", "1") });
      return;
    case "cancelaction":
      await client.invokeResource({ ...form, href: href.replace("{invocation}", "1") });
      return;
    case "invokeaction":
      await client.invokeResource(form, isDrill(form) ? undefined : content(1));
      return;
    case "writeproperty":
    case "writeallproperties":
    case "writemultipleproperties":
      await client.writeResource(form, content(1));
      return;
    default:
      await client.subscribeResource(form, () => undefined);
      await client.unlinkResource(form);
  }
}

function isDrill(form: Form): boolean {
  return String(form["mqv:topic"]).includes("/drill");
}
