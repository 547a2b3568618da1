import { isLoopback } from "../bindings/loopback";
import type { Mismatch } from "../errors";
import { SchemeBook } from "../security/scheme-book";
import type { AccessRule, SchemeSettings, SiteSecurity } from "./security-settings";
import type { Site, SiteNode } from "./site";

/** What the schema cannot say: names that name nothing, and what would stand open beyond this machine. */
export function securityFaults(site: Site): Mismatch[] {
  const { security } = site;
  if (!security) return [];
  const things = thingsOf(site);
  return [
    ...schemeFaults(security),
    ...nameFaults(security, things),
    ...ruleFaults(security, things),
    ...serverFaults(site.site, security),
    ...exposureFaults(site, security),
  ];
}

/** Name of a Thing, and the Thing Model that says what it offers; undefined for the server's own. */
type Things = ReadonlyMap<string, string | undefined>;

/** The directory and the processing server's API are under rules like Things. */
const SERVERS = ["directory", "server"];

function thingsOf(site: Site): Things {
  const things = new Map<string, string | undefined>(SERVERS.map((name) => [name, undefined]));
  for (const node of site.nodes) {
    things.set(node.name, "node");
    for (const network of node.networks) {
      things.set(network.name, "network");
      for (const device of network.devices) things.set(device.id, device.type);
    }
  }
  for (const [name, type] of [...things]) things.set(`urn:fogwot:${site.site}:${name}`, type);
  return things;
}

function schemeFaults({ schemes }: SiteSecurity): Mismatch[] {
  return Object.entries(schemes).flatMap(([name, scheme]) => {
    const at = `/security/schemes/${name}`;
    return scheme.scheme === "combo"
      ? comboFaults(name, scheme, schemes, at)
      : plainFaults(scheme, at);
  });
}

function plainFaults(scheme: SchemeSettings, at: string): Mismatch[] {
  const faults: Mismatch[] = [];
  for (const member of ["oneOf", "allOf"] as const) {
    if (scheme[member]) {
      faults.push({ path: `${at}/${member}`, got: scheme[member], wanted: "scheme: combo" });
    }
  }
  for (const member of ["in", "name"] as const) {
    if (scheme[member] !== undefined && scheme.scheme !== "apikey") {
      faults.push({ path: `${at}/${member}`, got: scheme[member], wanted: "scheme: apikey" });
    }
  }
  if (scheme.name !== undefined && TAKEN_HEADERS.has(scheme.name)) {
    faults.push({ path: `${at}/name`, got: scheme.name, wanted: "a name of its own" });
  }
  return faults;
}

const TAKEN_HEADERS = new Set([
  "authorization",
  "cookie",
  "content-type",
  "content-length",
  "host",
]);

function comboFaults(
  name: string,
  { oneOf, allOf }: SchemeSettings,
  schemes: SiteSecurity["schemes"],
  at: string,
): Mismatch[] {
  const members = oneOf ?? allOf;
  if (!members || (oneOf && allOf)) {
    return [{ path: at, got: "a combo", wanted: "either oneOf or allOf (TD 1.1, 5.3.3.5)" }];
  }
  return members.flatMap((member) => {
    const path = `${at}/${oneOf ? "oneOf" : "allOf"}`;
    const wanted = `one of ${Object.keys(schemes).join(", ")}`;
    if (!Object.hasOwn(schemes, member)) return [{ path, got: member, wanted }];
    if (schemes[member]?.scheme === "nosec") {
      return [{ path, got: member, wanted: "schemes that ask for something" }];
    }
    if (leadsBack(name, member, schemes)) {
      return [{ path, got: member, wanted: "schemes that do not contain this one" }];
    }
    return [];
  });
}

function leadsBack(name: string, from: string, schemes: SiteSecurity["schemes"]): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === name) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(schemes[at]?.oneOf ?? schemes[at]?.allOf ?? []));
  }
  return false;
}

function nameFaults({ schemes, default: usual, things }: SiteSecurity, known: Things): Mismatch[] {
  const scheme = (path: string, name: string): Mismatch[] =>
    Object.hasOwn(schemes, name)
      ? []
      : [{ path, got: name, wanted: `one of ${Object.keys(schemes).join(", ")}` }];
  return [
    ...scheme("/security/default", usual),
    ...Object.entries(things).flatMap(([thing, name]) => [
      ...thingFault(`/security/things/${thing}`, thing, known),
      ...scheme(`/security/things/${thing}`, name),
    ]),
  ];
}

function thingFault(path: string, thing: string, known: Things): Mismatch[] {
  if (known.has(thing)) return [];
  const names = [...known.keys()].filter((name) => !name.startsWith("urn:"));
  return [{ path, got: thing, wanted: `one of ${names.join(", ")}` }];
}

function ruleFaults({ access }: SiteSecurity, known: Things): Mismatch[] {
  return access.flatMap((rule, i) => {
    const at = `/security/access/${i}`;
    const unknown = (rule.things ?? []).flatMap((name) => thingFault(`${at}/things`, name, known));
    return unknown.length > 0 ? unknown : affordanceFaults(rule, at, known);
  });
}

/** A rule for what no Thing offers would never fit, and let the next one decide. */
function affordanceFaults({ things, affordances }: AccessRule, at: string, known: Things) {
  if (!affordances) return [];
  const types = things ? things.map((name) => known.get(name)) : [...known.values()];
  const offered = new Set<string>();
  for (const type of new Set(types)) {
    const names = type === undefined ? SERVER_AFFORDANCES : affordancesOf(type);
    // A model that there is not is found out, and said, where its Thing is made.
    if (!names) return [];
    for (const name of names) offered.add(name);
  }
  return affordances
    .filter((name) => !offered.has(name))
    .map((name) => ({
      path: `${at}/affordances`,
      got: name,
      wanted: `one of ${[...offered].sort().join(", ")}`,
    }));
}

/** What the directory (W3C WoT Discovery, 7.3) and the processing server's API offer. */
const SERVER_AFFORDANCES = [
  ...["things", "createThing", "createAnonymousThing", "retrieveThing", "updateThing"],
  ...["partiallyUpdateThing", "deleteThing", "searchJSONPath", "searchSemantic"],
  ...["thingCreated", "thingUpdated", "thingDeleted"],
  ...["status", "policies", "policy", "sensing", "export"],
];

function affordancesOf(type: string): readonly string[] | undefined {
  // Loaded here alone: drivers read the configuration too, and need no Thing Models.
  const { modelOfUrn } = require("@fogwot/thing-descriptions") as ThingModels;
  const model = modelOfUrn(`urn:fogwot:model:${type}`);
  if (!model) return undefined;
  return ["properties", "actions", "events"].flatMap((kind) => Object.keys(model[kind] ?? {}));
}

type ThingModels = typeof import("@fogwot/thing-descriptions");

/** The site's own programs reach directory and API by HTTP, and have to be able to show something. */
function serverFaults(site: string, security: SiteSecurity): Mismatch[] {
  const book = new SchemeBook(security);
  return SERVERS.flatMap((name) => {
    const id = `urn:fogwot:${site}:${name}`;
    const got = book.schemeOf(id);
    const isUnknown = !Object.hasOwn(security.schemes, got);
    if (isUnknown || book.schemesFor(id, "http").length > 0) return [];
    const wanted = "a scheme that HTTP can carry: basic, bearer or apikey";
    return [{ path: `/security/things/${name}`, got, wanted }];
  });
}

function exposureFaults(site: Site, security: SiteSecurity): Mismatch[] {
  const { server, broker } = site;
  const faults: Mismatch[] = [];
  const check = (at: string, host: string, insecure: boolean): void => {
    if (insecure || isLoopback(host) || security.tls) return;
    const wanted = "tls: true, or insecure: true: others listen on this network";
    faults.push({ path: at, got: host, wanted });
  };
  check("/server/host", server.host, server.insecure || broker.insecure);
  site.nodes.forEach((node, n) => {
    check(`/nodes/${n}/host`, node.host, node.insecure);
    faults.push(...openThings(node, security, n), ...stockBindings(node, n));
  });
  return faults;
}

/** Whoever reaches the node could use them. */
function openThings(node: SiteNode, security: SiteSecurity, n: number): Mismatch[] {
  if (node.insecure || isLoopback(node.host)) return [];
  const { schemes, default: usual, things } = security;
  const names = [
    node.name,
    ...node.networks.flatMap(({ name, devices }) => [name, ...devices.map(({ id }) => id)]),
  ];
  const schemeOf = (name: string): string =>
    Object.entries(things).find(([key]) => key === name || key.endsWith(`:${name}`))?.[1] ?? usual;
  return names
    .filter((name) => schemes[schemeOf(name)]?.scheme === "nosec")
    .map((name) => ({
      path: `/nodes/${n}/host`,
      got: node.host,
      wanted: `a scheme for ${name}, which is nosec, or insecure: true`,
    }));
}

function stockBindings({ bindings }: SiteNode, n: number): Mismatch[] {
  return Object.entries(bindings)
    .filter(([, { implementation }]) => implementation === "stock")
    .map(([name]) => ({
      path: `/nodes/${n}/bindings/${name}`,
      got: "stock",
      wanted: "own, or a site without security: node-wot's servers know no access rules",
    }));
}
