import { FogwotError } from "../../errors";
import type { Access, AccessRequest, Principal } from "../../security";
import { hashPassword, isServiceName, serviceName } from "../../security";
import { CBOR_TYPE } from "../cbor";
import { repliesTopic } from "./access-topics";
import {
  asyncActions,
  type DescribedThing,
  observableProperties,
  partsOf,
  readableProperties,
  writableProperties,
} from "./affordances";
import { TYPE_VARIABLE } from "./constants";
import { affordanceTopic, requestFilters, topicLevel } from "./topics";

/** A Thing and where it is at the broker. */
export interface ThingAtBroker {
  /** Topic of the Thing, `fogwot/<site>/<node>/<name>`. */
  readonly base: string;
  /** Its Thing Description, or its Thing Model: forms are not looked at. */
  readonly thing: DescribedThing & { readonly id: string };
}

export interface MosquittoAclOptions {
  /** `fogwot/<site>` */
  readonly topicPrefix: string;
  readonly things: readonly ThingAtBroker[];
  readonly users: readonly Principal[];
  readonly access: Pick<Access, "authorize" | "isSecured" | "schemesFor">;
  /** Fog nodes, which serve what is below `<prefix>/<node>`; the site's server is one besides. */
  readonly nodes: readonly string[];
}

/**
 * The site's rules as an ACL file of mosquitto (`acl_file`).
 *
 * An ACL knows topics, and no difference between what is kept and what happens: who may observe a
 * property here has to be permitted to read it, too, and the other way round.
 *
 * @see mosquitto.conf(5), acl_file
 */
export function mosquittoAcl(options: MosquittoAclOptions): string {
  const { users, nodes, topicPrefix } = options;
  const blocks = [
    ["# Made by fogwot from the site's rules: changes here do not last."],
    // Before the first user: what holds for clients without one.
    openTopics(options),
    ...users.map((user) => [`user ${user.name}`, ...userTopics(user, options)]),
    ...["server", "operator"].map((name) => [
      `user ${serviceName(name)}`,
      `topic readwrite ${topicPrefix}/#`,
    ]),
    ...nodes.map((node) => [
      `user ${serviceName(node)}`,
      `topic readwrite ${topicPrefix}/${topicLevel(node)}/#`,
      `topic write ${repliesTopic(topicPrefix)}/#`,
    ]),
  ];
  return `${blocks.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/**
 * A password file of mosquitto (`password_file`). Hashes are taken as they are; the site's programs
 * have none, so theirs are made.
 */
export async function mosquittoPasswords(
  users: readonly { readonly name: string; readonly passwordHash?: string }[],
  programs: readonly { readonly name: string; readonly secret: string }[] = [],
): Promise<string> {
  const own = users.flatMap(({ name, passwordHash }) =>
    passwordHash === undefined || isServiceName(name) ? [] : [`${name}:${passwordHash}`],
  );
  const made = programs.map(
    async ({ name, secret }) => `${name}:${await hashPassword(secret, { iterations: 1_000 })}`,
  );
  return `${[...own, ...(await Promise.all(made))].join("\n")}\n`;
}

/** Of Things that ask for no credentials: everybody asks, and everybody hears the answers. */
function openTopics({ things, access, topicPrefix }: MosquittoAclOptions): string[] {
  const open = things.filter(({ thing }) => isHere(thing, access) && !access.isSecured(thing.id));
  const lines = open.flatMap(({ base, thing }) => {
    const has = {
      actions: Object.keys(thing.actions ?? {}).length > 0,
      properties: Object.keys(thing.properties ?? {}).length > 0,
      asyncActions: asyncActions(thing).length > 0,
    };
    const answers = ["response/#", "error/#"].flatMap((one) => [
      `${base}/${one}`,
      `${base}/properties/+/${one}`,
      `${base}/actions/+/${one}`,
    ]);
    const heard = [base, `${base}/properties/+`, `${base}/events/+`, ...answers];
    return [
      ...heard.map((topic) => `topic read ${topic}`),
      ...requestFilters(base, has).map((topic) => `topic write ${topic}`),
    ];
  });
  return open.length > 0 ? [...lines, `topic read ${topicPrefix}/+/availability`] : lines;
}

function userTopics(user: Principal, options: MosquittoAclOptions): string[] {
  const { topicPrefix, things, access } = options;
  const own = topicLevel(user.name);
  const may = (request: AccessRequest): boolean => isPermitted(access, user, request);
  const secured = things.filter(({ thing }) => isHere(thing, access) && access.isSecured(thing.id));
  return [
    `topic read ${repliesTopic(topicPrefix)}/${own}/#`,
    ...openTopics(options),
    ...(may({ thing: undefined, op: "readdescription" })
      ? [`topic read ${topicPrefix}/+/availability`]
      : []),
    ...secured.flatMap((one) => [
      ...heardTopics(one, may).map((topic) => `topic read ${topic}`),
      ...askedTopics(one, own, may).map((topic) => `topic write ${topic}`),
    ]),
  ];
}

type May = (request: AccessRequest) => boolean;

function heardTopics({ base, thing }: ThingAtBroker, may: May): string[] {
  const { id } = thing;
  const observable = new Set(observableProperties(thing));
  const heard = (kind: "properties" | "events", name: string, ops: readonly string[]) =>
    ops.every((op) => may({ thing: id, op, affordance: { kind, name } }))
      ? [affordanceTopic(base, kind, name)]
      : [];
  return [
    ...(may({ thing: id, op: "readdescription" }) ? [base] : []),
    ...readableProperties(thing).flatMap((name) =>
      heard("properties", name, [
        "readproperty",
        ...(observable.has(name) ? ["observeproperty"] : []),
      ]),
    ),
    ...Object.keys(thing.events ?? {}).flatMap((name) => heard("events", name, ["subscribeevent"])),
  ];
}

const CBOR_QUERY = `?${TYPE_VARIABLE}=${encodeURIComponent(CBOR_TYPE)}`;

function askedTopics({ base, thing }: ThingAtBroker, own: string, may: May): string[] {
  const { id } = thing;
  const one = (kind: "properties" | "actions", name: string, op: string, verb: string) =>
    may({ thing: id, op, affordance: { kind, name } })
      ? asked(affordanceTopic(base, kind, name), verb, own)
      : [];
  const whole = (op: string, verb: string) =>
    may({ thing: id, op }) && partsOf({ thing: id, op }, thing).every(may)
      ? asked(base, verb, own)
      : [];
  return [
    ...readableProperties(thing).flatMap((name) => one("properties", name, "readproperty", "get")),
    ...writableProperties(thing).flatMap((name) => one("properties", name, "writeproperty", "set")),
    ...Object.keys(thing.actions ?? {}).flatMap((name) =>
      one("actions", name, "invokeaction", "request"),
    ),
    ...asyncActions(thing).flatMap((name) => [
      ...one("actions", name, "queryaction", "query/+"),
      ...one("actions", name, "cancelaction", "cancel/+"),
    ]),
    ...whole("readallproperties", "get"),
    ...whole("writeallproperties", "set"),
    ...whole("queryallactions", "query"),
  ];
}

/** With an address of the user's own; without one; without one, in CBOR. */
function asked(subject: string, verb: string, own: string): string[] {
  const plain = verb === "request" ? subject : `${subject}/${verb}`;
  return [`${subject}/${verb}/${own}/#`, plain, `${subject}/${verb}/${CBOR_QUERY}`];
}

function isHere({ id }: { readonly id: string }, access: MosquittoAclOptions["access"]): boolean {
  return access.schemesFor(id, "mqtt").length > 0;
}

/** Whether the rules let it pass. */
function isPermitted(
  access: Pick<Access, "authorize">,
  user: Principal,
  request: AccessRequest,
): boolean {
  try {
    access.authorize(user, request);
    return true;
  } catch (error) {
    if (error instanceof FogwotError) return false;
    throw error;
  }
}
