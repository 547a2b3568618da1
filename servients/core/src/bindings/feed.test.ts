import { describe, expect, it } from "@jest/globals";
import type { ExposedThing } from "@node-wot/core";
import { Servient } from "@node-wot/core";
import { AffordanceFeed, type Notification } from "./feed";

async function thing(): Promise<ExposedThing> {
  const wot = await new Servient().start();
  const made = await wot.produce({
    title: "bell",
    events: { rung: { data: { type: "integer" } } },
  });
  const exposed = made as unknown as ExposedThing;
  exposed.events.rung = {
    ...exposed.events.rung,
    forms: [{ href: "x:y", op: ["subscribeevent", "unsubscribeevent"] }],
  };
  return exposed;
}

function feedOf(exposed: ExposedThing, errors: unknown[] = []): AffordanceFeed {
  return new AffordanceFeed({
    thing: exposed,
    kind: "events",
    name: "rung",
    formIndex: 0,
    onError: (error) => errors.push(error),
  });
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("AffordanceFeed", () => {
  it("gives every subscriber every notification of a burst, in order and numbered", async () => {
    const bell = await thing();
    const feed = feedOf(bell);
    const heard: Notification[][] = [[], []];
    await feed.subscribe((notification) => heard[0]?.push(notification));
    await feed.subscribe((notification) => heard[1]?.push(notification));
    for (let i = 0; i < 20; i++) bell.emitEvent("rung", i);
    for (let i = 0; i < 50 && (heard[1]?.length ?? 0) < 20; i++) await settled();
    for (const list of heard) {
      expect(list.map((one) => Number(one.body.toString()))).toEqual([...Array(20).keys()]);
      expect(list.map((one) => one.sequence)).toEqual([...Array(20).keys()].map((i) => i + 1));
    }
  });

  it("stops with the last unsubscription, which may be called twice", async () => {
    const bell = await thing();
    const errors: unknown[] = [];
    const feed = feedOf(bell, errors);
    const heard: Notification[] = [];
    const unsubscribe = await feed.subscribe((notification) => heard.push(notification));
    unsubscribe();
    unsubscribe();
    bell.emitEvent("rung", 1);
    await settled();
    expect(feed.subscribers).toBe(0);
    expect(heard).toEqual([]);
    expect(errors).toEqual([]);
  });
});
