import type { ListedForm } from "@fogwot/thing-descriptions";
import type { ProtocolClient } from "@node-wot/core";
import { encode, judge } from "./content";
import { makeUp } from "./made-up";
import { notTried, type Verdict, works } from "./outcome";

/** Everything that trying one operation of one form needs. */
export interface Attempt {
  readonly listed: ListedForm;
  readonly op: string;
  /** The form with its address made absolute, as a client takes it. */
  readonly form: { readonly href: string; readonly [member: string]: unknown };
  readonly client: ProtocolClient;
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly isWriting: boolean;
  readonly isInvoking: boolean;
  readonly listenMs: number;
  /** A value of a property, read by whatever form works; undefined where none does. */
  readonly currentValue: (property: string) => Promise<unknown>;
}

type Try = (attempt: Attempt) => Promise<Verdict>;

/** One way of trying for each operation of TD 1.1 but subscriptions. */
const TRIES: Readonly<Record<string, Try>> = {
  readproperty: readProperty,
  writeproperty: writeProperty,
  invokeaction: invokeAction,
  readallproperties: readAll,
  writeallproperties: writeMany,
  writemultipleproperties: writeMany,
  queryallactions: queryAll,
  readmultipleproperties: async () => notTried("TD 1.1 does not say how properties are chosen"),
  queryaction: async () => notTried("needs an action that runs"),
  cancelaction: async () => notTried("needs an action that runs"),
};

/** @throws whatever the client rejects with */
export function attemptOperation(attempt: Attempt): Promise<Verdict> {
  const run = TRIES[attempt.op];
  return run ? run(attempt) : Promise.resolve(notTried("no operation of TD 1.1"));
}

async function readProperty({ client, form, listed }: Attempt): Promise<Verdict> {
  const content = await client.readResource(form as never);
  const { value, ...verdict } = await judge(content, {
    form,
    schema: listed.of?.affordance,
    mayBeEmpty: false,
  });
  return verdict;
}

async function writeProperty(attempt: Attempt): Promise<Verdict> {
  const { client, form, listed, isWriting, currentValue } = attempt;
  if (!isWriting) return notTried("writes only with --probe-writes");
  const value = await currentValue(listed.of?.name ?? "");
  if (value === undefined) return notTried("no value was read that could be written back");
  await client.writeResource(form as never, encode(value, form, listed.of?.affordance));
  return works("wrote back the value read");
}

async function readAll({ client, form, properties }: Attempt): Promise<Verdict> {
  const content = await client.readResource(form as never);
  const { value, ...verdict } = await judge(content, {
    form,
    schema: { type: "object", properties },
    mayBeEmpty: false,
  });
  return verdict;
}

async function writeMany(attempt: Attempt): Promise<Verdict> {
  const { client, form, properties, isWriting, currentValue } = attempt;
  if (!isWriting) return notTried("writes only with --probe-writes");
  const values: Record<string, unknown> = {};
  for (const [name, { readOnly, writeOnly }] of Object.entries(properties)) {
    if (readOnly === true || writeOnly === true) continue;
    const value = await currentValue(name);
    if (value !== undefined) values[name] = value;
  }
  const names = Object.keys(values);
  if (names.length === 0) return notTried("no value was read that could be written back");
  await client.writeResource(form as never, encode(values, form, { type: "object" }));
  return works(`wrote back ${names.join(", ")}`);
}

async function invokeAction({ client, form, listed, isInvoking }: Attempt): Promise<Verdict> {
  const { input, output, synchronous } = listed.of?.affordance ?? {};
  if (!isInvoking) return notTried("actions only with --probe-actions");
  const made = input === undefined ? undefined : makeUp(input);
  if (input !== undefined && !made) return notTried("no input could be made up for its schema");
  const content = await client.invokeResource(
    form as never,
    made && encode(made.value, form, input),
  );
  // An action that may go on answers with its status, which no schema of the Thing Description is of.
  const mayGoOn = synchronous !== true;
  const { value, ...verdict } = await judge(content, {
    form,
    schema: mayGoOn ? undefined : output,
    mayBeEmpty: mayGoOn || output === undefined,
  });
  return verdict.detail === null && made ? works(`with ${shortened(made.value)}`) : verdict;
}

async function queryAll({ client, form }: Attempt): Promise<Verdict> {
  const content = await client.readResource(form as never);
  const { value, ...verdict } = await judge(content, {
    form,
    schema: { type: "object" },
    mayBeEmpty: false,
  });
  return verdict;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
