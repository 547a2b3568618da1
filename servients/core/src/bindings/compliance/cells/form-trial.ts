import type { Content, Form, ProtocolClient } from "@node-wot/core";
import { decode, encode, fromContent, toContent } from "../../payload";
import { SAMPLE_INPUT } from "../benchmark-thing";
import type { BindingHarness } from "../binding-under-test";
import { CellFailure, contains, equal, within } from "../check";
import type { Rig } from "../rig";
import { shortReason } from "../short-reason";

type Affordances = Record<string, { forms: Form[] }>;

/** A client of its own, ended afterwards. */
export async function withClient(
  harness: BindingHarness,
  work: (client: ProtocolClient) => Promise<void>,
  timeoutMs = 5000,
): Promise<void> {
  const factory = harness.createClientFactory({ timeoutMs });
  factory.init();
  try {
    await work(factory.getClient());
  } finally {
    factory.destroy();
  }
}

/** Tries every operation of every form of the benchmark Thing. @throws CellFailure naming the form */
export async function tryEveryForm(rig: Rig, client: ProtocolClient): Promise<void> {
  const { properties, actions, events } = rig.td as unknown as Record<string, Affordances>;
  for (const [name, { forms }] of Object.entries(properties ?? {})) {
    for (const form of forms) await each(form, (op) => tryProperty(rig, client, name, form, op));
  }
  for (const [name, { forms }] of Object.entries(actions ?? {})) {
    if (["failTyped", "failPlain", "slow"].includes(name)) continue;
    for (const form of forms) await each(form, (op) => tryAction(client, name, form, op));
  }
  for (const { forms } of Object.values(events ?? {})) {
    for (const form of forms) await each(form, (op) => trySubscription(client, form, op));
  }
  for (const form of (rig.td.forms ?? []) as Form[]) {
    await each(form, (op) => tryThing(rig, client, form, op));
  }
}

async function each(form: Form, work: (op: string) => Promise<void>): Promise<void> {
  for (const op of [form.op ?? []].flat()) {
    try {
      await within(work(op), 10_000);
    } catch (cause) {
      throw new CellFailure(`${op}: ${shortReason(cause)}`, { cause });
    }
  }
}

async function tryProperty(
  rig: Rig,
  client: ProtocolClient,
  name: string,
  form: Form,
  op: string,
): Promise<void> {
  const value = rig.controls.values[name];
  if (op === "readproperty") {
    equal(await answeredValue(client.readResource(form)), value, "another value");
  } else if (op === "writeproperty") {
    await client.writeResource(form, valueFor(form, value ?? "text"));
  } else await trySubscription(client, form, op);
}

async function tryAction(
  client: ProtocolClient,
  name: string,
  form: Form,
  op: string,
): Promise<void> {
  // To query and cancel needs what an invocation gave: cells of their own try that.
  if (op !== "invokeaction") return;
  const input = SAMPLE_INPUT[name];
  const output = await client.invokeResource(
    form,
    input === undefined ? undefined : valueFor(form, input),
  );
  await output.toBuffer();
}

async function tryThing(rig: Rig, client: ProtocolClient, form: Form, op: string): Promise<void> {
  if (op === "readallproperties") {
    equal(await answeredValue(client.readResource(form)), rig.controls.values, "other values");
  } else if (op === "writeallproperties" || op === "writemultipleproperties") {
    await client.writeResource(form, valueFor(form, { level: 44, string: "x" }));
    contains(rig.controls.values, { level: 44, string: "x" });
  } else if (op === "queryallactions") {
    contains(Object.keys((await answeredValue(client.readResource(form))) as object), ["task"]);
  } else if (op !== "readmultipleproperties") {
    // A consumer fills in the names of several properties: that is a cell of its own.
    await trySubscription(client, form, op);
  }
}

async function trySubscription(client: ProtocolClient, form: Form, op: string): Promise<void> {
  // The end of a subscription is tried with its beginning.
  if (op.startsWith("un")) return;
  await client.subscribeResource(form, () => undefined);
  await client.unlinkResource(form);
}

/** A value in the media type a form names. */
function valueFor(form: Form, value: unknown): Content {
  return toContent(encode(value, form.contentType));
}

async function answeredValue(answer: Promise<Content>): Promise<unknown> {
  return decode(await fromContent(await answer), {});
}
