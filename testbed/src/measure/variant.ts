import { BINDING_NAMES, type BindingName } from "@fogwot/core";
import { UsageError } from "../errors";

export type Qos = 0 | 1 | 2;

/** One way of asking that is compared with others. */
export interface Variant {
  /** `coap NON`; stands in tables and files, and is the variant's identity. */
  readonly name: string;
  readonly binding: BindingName;
  /** Both ends: client and server. */
  readonly implementation: "own" | "stock";
  /** `https`, `coaps+tcp`, `mqtts`. */
  readonly isSecure?: true;
  /** CoAP: confirmable requests (CON) or not (NON); absent: as the form says. */
  readonly confirmable?: boolean;
  /** MQTT: of requests and their answers; absent: as the form says. */
  readonly qos?: Qos;
}

export interface VariantOptions {
  readonly bindings: readonly BindingName[];
  /** node-wot's own client and server beside ours. @default false */
  readonly stock?: boolean;
  /** Ours over TLS beside ours in clear; CoAP with a pre-shared key. @default false */
  readonly tls?: boolean;
  /** CoAP with confirmable requests, without, or both. @default as the form says */
  readonly confirmable?: readonly boolean[];
  /** MQTT with each of these. @default as the form says */
  readonly qos?: readonly Qos[];
}

/** By the scheme of their forms. */
const SECURE: Readonly<Record<BindingName, { name: string; label: string }>> = {
  http: { name: "https", label: "HTTPS" },
  coap: { name: "coaps+tcp", label: "CoAP over TLS" },
  mqtt: { name: "mqtts", label: "MQTT over TLS" },
};

const LABELS: Readonly<Record<BindingName, string>> = { http: "HTTP", coap: "CoAP", mqtt: "MQTT" };

/**
 * Every combination that is asked for: ours with each setting, node-wot's once per binding.
 * @throws UsageError for a setting of a binding that is not measured
 */
export function variantsOf(options: VariantOptions): Variant[] {
  const { bindings, stock = false, tls = false, confirmable = [], qos = [] } = options;
  const settings: Readonly<Record<BindingName, readonly Partial<Variant>[]>> = {
    http: [],
    coap: confirmable.map((one) => ({ confirmable: one })),
    mqtt: qos.map((one) => ({ qos: one })),
  };
  for (const binding of BINDING_NAMES) {
    if (settings[binding].length === 0 || bindings.includes(binding)) continue;
    const option = binding === "coap" ? "--con, --non" : "--qos";
    throw new UsageError(`${option}: says something of ${binding}, which is not measured`);
  }
  return bindings.flatMap((binding) => [
    ...(settings[binding].length > 0 ? settings[binding] : [{}]).map((setting) =>
      variant(binding, "own", setting),
    ),
    ...(tls ? [secureVariant(binding)] : []),
    ...(stock ? [variant(binding, "stock", {})] : []),
  ]);
}

/** "CoAP NON", "HTTP (node-wot)": as a person reads it. */
export function variantLabel({ name, binding, isSecure }: Variant): string {
  if (isSecure) return SECURE[binding].label;
  const rest = name.slice(binding.length).replace("stock", "(node-wot)");
  return `${LABELS[binding]}${rest}`;
}

function variant(
  binding: BindingName,
  implementation: Variant["implementation"],
  setting: Partial<Variant>,
): Variant {
  const parts: string[] = [binding];
  if (implementation === "stock") parts.push("stock");
  if (setting.confirmable !== undefined) parts.push(setting.confirmable ? "CON" : "NON");
  if (setting.qos !== undefined) parts.push(`QoS ${setting.qos}`);
  return { ...setting, binding, implementation, name: parts.join(" ") };
}

function secureVariant(binding: BindingName): Variant {
  return { name: SECURE[binding].name, binding, implementation: "own", isSecure: true };
}
