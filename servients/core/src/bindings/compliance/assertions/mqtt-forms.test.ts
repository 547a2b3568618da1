import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startAedes } from "../../mqtt/test/brokers";
import { openMqttHarness } from "../../mqtt/testing/harness";
import type { MqttForm } from "../../mqtt/vocabulary";
import { type BindingHarness, Rig } from "..";

/** W3C's MQTT binding, which has no ids for what it demands but one. */
let harness: BindingHarness;
let rig: Rig;
beforeAll(async () => {
  harness = await openMqttHarness(await startAedes());
  rig = await new Rig(harness).start();
});
afterAll(async () => {
  await rig.stop();
  await harness.close();
});

const forms = (): { name: string; observable: boolean; form: MqttForm }[] => {
  const { properties = {}, actions = {}, events = {} } = rig.td;
  return [properties, actions, events].flatMap((kind) =>
    Object.entries(kind).flatMap(([name, affordance]) =>
      (affordance.forms as MqttForm[]).map((form) => ({
        name,
        observable: Boolean((affordance as { observable?: boolean }).observable),
        form,
      })),
    ),
  );
};
const offering = (op: string) =>
  forms().filter(({ form }) => [form.op].flat().includes(op as never));

describe("a form of the MQTT binding", () => {
  it("names the broker in its href and the topic in a term of its own", () => {
    for (const { form } of forms()) {
      expect(form.href).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+(\/?\{[^/]*\})?$/);
      expect(form["mqv:topic"] ?? form["mqv:filter"] ?? form["fog:requestTopic"]).toBeDefined();
    }
  });

  it("names a topic without wildcards to publish to, and filters to subscribe to", () => {
    for (const op of ["writeproperty", "invokeaction"]) {
      expect(offering(op).length).toBeGreaterThan(0);
      for (const { form } of offering(op)) {
        expect(form["mqv:topic"]).toMatch(/^[^#+]+$/);
        expect(form["mqv:controlPacket"] ?? "publish").toBe("publish");
      }
    }
    for (const op of ["observeproperty", "subscribeevent"]) {
      expect(offering(op).length).toBeGreaterThan(0);
      for (const { form } of offering(op)) expect(form["mqv:filter"]).toBeDefined();
    }
  });

  it("says the QoS as a string of one digit, and retention as a boolean", () => {
    for (const { form } of forms()) {
      expect(form["mqv:qos"]).toMatch(/^[012]$/);
      expect(["boolean", "undefined"]).toContain(typeof form["mqv:retain"]);
    }
  });

  it("iana-security-alter: offers to read what is retained, and to observe it where it is observable", () => {
    expect(offering("readproperty").length).toBeGreaterThan(5);
    for (const { name, observable, form } of offering("readproperty")) {
      expect([name, form["mqv:retain"]]).toEqual([name, true]);
      if (observable) expect(form.op).toContain("observeproperty");
    }
  });
});
