import { InputError, silentLogger } from "@fogwot/core";
import { describe, expect, test } from "@jest/globals";
import { MeasuredForms } from "./measured-forms";

const ID = "urn:fogwot:plant:lamp";
const form = (href: string) => ({ href, op: ["invokeaction"], contentType: "application/json" });
const description = (...hrefs: string[]) => ({
  "@context": "https://www.w3.org/2022/wot/td/v1.1",
  id: ID,
  title: "Lamp",
  actions: { blink: { forms: hrefs.map(form) } },
});
const measurement = {
  ...{ affordance: "/actions/blink", op: "invokeaction", binding: "coap", rttMs: 12, pdr: 0.75 },
  ...{ requests: 4, measuredAt: "2026-11-20T12:00:00Z" },
};

describe("measured forms", () => {
  test("stand in every description of the Thing from then on, and in no other Thing's", () => {
    const measured = new MeasuredForms(silentLogger);
    const td = description("http://h/blink", "coap://h/blink");
    measured.set(ID, td, [measurement]);
    const [http, coap] = measured.annotate(ID, td).actions.blink.forms;
    expect(coap).toMatchObject({ "fog:rttMs": 12, "fog:pdr": 0.75, "fog:requests": 4 });
    expect(http).toEqual(form("http://h/blink"));
    expect(measured.annotate("urn:other", td)).toBe(td);
    expect(td).toEqual(description("http://h/blink", "coap://h/blink"));
  });

  test("are refused where the Thing has no such form or a value is none, and what was known stays", () => {
    const measured = new MeasuredForms(silentLogger);
    const td = description("coap://h/blink");
    measured.set(ID, td, [measurement]);
    expect(() => measured.set(ID, td, [{ ...measurement, binding: "mqtt" }])).toThrow(InputError);
    expect(() => measured.set(ID, td, [{ ...measurement, pdr: 2 }])).toThrow(/number from 0 to 1/);
    expect(measured.annotate(ID, td).actions.blink.forms[0]).toHaveProperty(["fog:pdr"], 0.75);
  });

  test("are forgotten when the Thing has other forms than it was measured with", () => {
    const measured = new MeasuredForms(silentLogger);
    measured.set(ID, description("coap://h/blink"), [measurement]);
    const other = description("http://h/blink");
    expect(measured.annotate(ID, other)).toBe(other);
    const again = description("coap://h/blink");
    expect(measured.annotate(ID, again)).toBe(again);
  });
});
