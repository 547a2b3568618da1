import { describe, expect, it } from "@jest/globals";
import { bindingsOf, pinBinding } from "./pin-binding";

const td = {
  title: "sensor",
  base: "http://127.0.0.1:8080/sensor",
  forms: [{ href: "properties", op: "readallproperties" }],
  properties: {
    status: {
      type: "string",
      forms: [{ href: "properties/status" }, { href: "coap://127.0.0.1/sensor/properties/status" }],
    },
  },
  events: { alarm: { forms: [{ href: "mqtt://127.0.0.1:1883" }] } },
};

describe("pinBinding", () => {
  it("keeps the forms of one binding, relative ones by the base", () => {
    expect(pinBinding(td, "http").properties.status.forms).toEqual([{ href: "properties/status" }]);
    expect(pinBinding(td, "http").forms).toHaveLength(1);
    expect(pinBinding(td, "coap").properties.status.forms).toHaveLength(1);
    expect(pinBinding(td, "mqtt").events.alarm.forms).toHaveLength(1);
  });

  it("leaves out what the binding does not offer, for no list of forms may be empty", () => {
    expect(pinBinding(td, "coap")).not.toHaveProperty("forms");
    expect(pinBinding(td, "coap").events).toEqual({});
    expect(pinBinding(td, "mqtt").properties).toEqual({});
  });

  it("leaves the description it was given as it was", () => {
    const before = JSON.stringify(td);
    pinBinding(td, "mqtt");
    expect(JSON.stringify(td)).toBe(before);
  });
});

describe("bindingsOf", () => {
  it("names the bindings that have a form", () => {
    expect(bindingsOf(td)).toEqual(["http", "coap", "mqtt"]);
    expect(bindingsOf({ title: "mute" })).toEqual([]);
  });
});
