import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../errors";
import { variantLabel, variantsOf } from "./variant";
import { describeFor, portsOf } from "./variant-td";

const TD = {
  base: "http://127.0.0.1:8080/thing/",
  properties: { p: { forms: [{ href: "properties/p{?step}" }, { href: "mqtt://broker" }] } },
  actions: { a: { forms: [{ href: "coap://[::1]:5700/a" }, { href: "mqtt://127.0.0.1:1884" }] } },
  events: { e: { forms: [{ href: "coaps+tcp://127.0.0.1/e" }] } },
};

describe("variants", () => {
  it("are ours with every setting, and node-wot's once per binding", () => {
    const variants = variantsOf({
      bindings: ["http", "coap", "mqtt"],
      stock: true,
      confirmable: [true, false],
      qos: [0, 2],
    });
    expect(variants.map(({ name }) => name)).toEqual([
      ...["http", "http stock", "coap CON", "coap NON", "coap stock"],
      ...["mqtt QoS 0", "mqtt QoS 2", "mqtt stock"],
    ]);
    expect(variants.map(variantLabel)).toContain("CoAP (node-wot)");
    expect(variantsOf({ bindings: ["coap"] })).toEqual([
      { name: "coap", binding: "coap", implementation: "own" },
    ]);
  });

  it("are ours over TLS beside ours in clear", () => {
    const variants = variantsOf({ bindings: ["http", "coap", "mqtt"], tls: true });
    expect(variants.map(({ name }) => name)).toEqual([
      "http",
      "https",
      "coap",
      "coaps+tcp",
      "mqtt",
      "mqtts",
    ]);
    expect(variants.map(variantLabel)).toContain("MQTT over TLS");
  });

  it("are refused where a setting says something of a binding that is not measured", () => {
    expect(() => variantsOf({ bindings: ["http"], qos: [1] })).toThrow(UsageError);
    expect(() => variantsOf({ bindings: ["mqtt"], confirmable: [false] })).toThrow(/--con, --non/);
  });

  it("say what they want in the forms, and change the description of nobody else", () => {
    const [con, non] = variantsOf({ bindings: ["coap"], confirmable: [true, false] });
    const [qos] = variantsOf({ bindings: ["mqtt"], qos: [2] });
    if (!con || !non || !qos) throw new TypeError("no variants");
    const before = structuredClone(TD);
    expect(describeFor(TD, non).actions.a.forms).toEqual([
      { href: "coap://[::1]:5700/a", "cov:confirmable": false },
    ]);
    expect(describeFor(TD, con).events.e.forms[0]).toHaveProperty(["cov:confirmable"], true);
    expect(describeFor(TD, qos).properties.p.forms).toEqual([
      { href: "mqtt://broker", "mqv:qos": "2" },
    ]);
    expect(TD).toEqual(before);
  });

  it("know the ports of their servers, named or the scheme's own", () => {
    expect(portsOf(TD)).toEqual([
      { protocol: "tcp", port: 8080 },
      { protocol: "tcp", port: 1883 },
      { protocol: "udp", port: 5700 },
      { protocol: "tcp", port: 1884 },
      { protocol: "tcp", port: 5684 },
    ]);
  });
});
