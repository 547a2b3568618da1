import { pinBinding } from "@fogwot/core";
import type { Variant } from "./variant";

type Form = Record<string, unknown>;
interface WithForms {
  readonly forms?: readonly Form[];
}
interface Description extends WithForms {
  readonly base?: string;
  readonly properties?: Readonly<Record<string, WithForms>>;
  readonly actions?: Readonly<Record<string, WithForms>>;
  readonly events?: Readonly<Record<string, WithForms>>;
}

/**
 * The Thing Description that a variant is consumed with: forms of its binding alone, with
 * `cov:confirmable` or `mqv:qos` as the variant wants them. A consumer learns of a setting from a
 * form and from nothing else, so what is measured is what any client of such a description gets.
 */
export function describeFor<TD extends object>(td: TD, variant: Variant): TD {
  const pinned = pinBinding(td, variant.binding);
  for (const form of formsOf(pinned)) {
    if (variant.confirmable !== undefined) form["cov:confirmable"] = variant.confirmable;
    if (variant.qos !== undefined) form["mqv:qos"] = String(variant.qos);
  }
  return pinned;
}

/** Where a server listens, as its forms say. */
export interface ServerPort {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  coap: 5683,
  "coaps+tcp": 5684,
  mqtt: 1883,
  mqtts: 8883,
};

/** Every port that the forms of a description point to. */
export function portsOf(td: object): ServerPort[] {
  const ports = new Map<string, ServerPort>();
  for (const { href } of formsOf(td)) {
    const address = addressOf(String(href), (td as Description).base);
    if (!address) continue;
    const scheme = address.protocol.slice(0, -1);
    const protocol = scheme === "coap" ? "udp" : "tcp";
    const port = address.port === "" ? DEFAULT_PORTS[scheme] : Number(address.port);
    if (port !== undefined) ports.set(`${protocol} ${port}`, { protocol, port });
  }
  return [...ports.values()];
}

function addressOf(href: string, base: string | undefined): URL | undefined {
  // A URI template's braces stand in the path or query, which says nothing of the port.
  const plain = href.replace(/\{.*$/, "");
  return URL.canParse(plain, base) ? new URL(plain, base) : undefined;
}

function formsOf(td: object): Form[] {
  const { forms = [], properties, actions, events } = td as Description;
  const affordances = [properties, actions, events].flatMap((kind) => Object.values(kind ?? {}));
  return [...forms, ...affordances.flatMap((one) => one.forms ?? [])];
}
