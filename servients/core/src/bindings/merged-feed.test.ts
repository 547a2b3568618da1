import { describe, expect, it } from "@jest/globals";
import { type ExposedThing, Servient } from "@node-wot/core";
import type { ExposedThingInit } from "wot-typescript-definitions";
import { rejection, until } from "./compliance";
import { AffordanceFeed, type Notification } from "./feed";
import { MergedFeed } from "./merged-feed";

const OPS = ["subscribeevent", "unsubscribeevent"];

async function feeds() {
  const wot = await new Servient().start();
  const integer = { data: { type: "integer" } };
  const init = { title: "bells", events: { high: integer, low: integer, silent: integer } };
  const thing = (await wot.produce(init as ExposedThingInit)) as unknown as ExposedThing;
  for (const event of Object.values(thing.events)) event.forms = [{ href: "x:y", op: OPS }];
  const errors: unknown[] = [];
  const onError = (error: unknown): unknown => errors.push(error);
  const single = new Map(
    Object.keys(thing.events).map((name) => [
      name,
      new AffordanceFeed({ thing, kind: "events", name, formIndex: 0, onError }),
    ]),
  );
  return { thing, single, errors, merged: new MergedFeed(single, onError) };
}

describe("MergedFeed", () => {
  it("keeps the order of emission across affordances, numbered as one sequence", async () => {
    const { thing, merged } = await feeds();
    const heard: Notification[] = [];
    const leave = await merged.subscribe((notification) => heard.push(notification));
    const emitted = ["high", "high", "low", "high", "low", "low"];
    for (const [n, name] of emitted.entries()) thing.emitEvent(name, n);
    await until("all of them", () => heard.length === emitted.length);
    expect(heard.map(({ affordance }) => affordance)).toEqual(emitted);
    expect(heard.map(({ body }) => Number(body.toString()))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(heard.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    leave();
  });

  it("shares one registration per affordance with those who subscribe to it alone", async () => {
    const { thing, single, merged, errors } = await feeds();
    let subscriptions = 0;
    thing.setEventSubscribeHandler("high", async () => {
      subscriptions++;
    });
    const whole: Notification[] = [];
    const alone: Notification[] = [];
    const leave = await merged.subscribe((notification) => whole.push(notification));
    const stop = await single.get("high")?.subscribe((notification) => alone.push(notification));
    thing.emitEvent("high", 7);
    await until("both", () => whole.length + alone.length === 2);
    expect([subscriptions, alone[0]?.body.toString()]).toEqual([1, "7"]);
    leave();
    leave();
    thing.emitEvent("high", 8);
    await until("the other", () => alone.length === 2);
    expect([whole.length, single.get("high")?.subscribers]).toEqual([1, 1]);
    stop?.();
    expect([single.get("high")?.subscribers, errors]).toEqual([0, []]);
  });

  it("subscribes to nothing when one affordance refuses", async () => {
    const { thing, single, merged } = await feeds();
    thing.setEventSubscribeHandler("silent", async () => {
      throw new TypeError("never");
    });
    await rejection(merged.subscribe(() => undefined));
    expect([...single.values()].map(({ subscribers }) => subscribers)).toEqual([0, 0, 0]);
  });
});
