import { describe, expect, it } from "@jest/globals";
import { createRng } from "../../../random";
import { VirtualClock } from "../../../time";
import { DEFAULT_PARAMETERS } from "../message";
import { ConfirmableSender, type Delivery, MessageIds, ReplyCache } from ".";

const remote = { address: "127.0.0.1", port: 5683 };
const datagram = Buffer.from("message");

function sender(): { clock: VirtualClock; sentAtMs: number[]; sender: ConfirmableSender } {
  const clock = new VirtualClock();
  const sentAtMs: number[] = [];
  return {
    clock,
    sentAtMs,
    sender: new ConfirmableSender({
      clock,
      rng: createRng(1, "test"),
      parameters: DEFAULT_PARAMETERS,
      send: () => sentAtMs.push(clock.now()),
    }),
  };
}

describe("a confirmable message", () => {
  it("is sent five times with doubling waits, then given up", async () => {
    const { clock, sentAtMs, sender: confirmables } = sender();
    const deliveries: Delivery[] = [];
    confirmables.transmit(1, datagram, remote, (delivery) => deliveries.push(delivery));
    await clock.advance(100_000);
    expect(sentAtMs).toHaveLength(5);
    const waits = sentAtMs.slice(1).map((atMs, i) => atMs - (sentAtMs[i] ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(2_000);
    expect(waits[0]).toBeLessThan(3_000);
    for (let i = 1; i < 4; i++) expect(waits[i]).toBeCloseTo(2 * (waits[i - 1] ?? 0), 6);
    expect(deliveries).toEqual(["timeout"]);
    expect([confirmables.pending, clock.pending]).toEqual([0, 0]);
  });

  it("is not sent again after its ACK or RST, and leaves no timer", async () => {
    const { clock, sentAtMs, sender: confirmables } = sender();
    const deliveries: Delivery[] = [];
    for (const id of [1, 2]) {
      confirmables.transmit(id, datagram, remote, (delivery) => deliveries.push(delivery));
    }
    expect(confirmables.settle(1, remote, "acknowledged")).toBe(true);
    expect(confirmables.settle(2, remote, "reset")).toBe(true);
    expect(confirmables.settle(2, remote, "reset")).toBe(false);
    expect(clock.pending).toBe(0);
    await clock.advance(100_000);
    expect([sentAtMs.length, deliveries]).toEqual([2, ["acknowledged", "reset"]]);
  });

  it("takes no ACK from another endpoint", () => {
    const { sender: confirmables } = sender();
    confirmables.transmit(1, datagram, remote, () => undefined);
    expect(confirmables.settle(1, { ...remote, port: 1 }, "acknowledged")).toBe(false);
    expect(confirmables.pending).toBe(1);
    confirmables.cancelAll();
  });
});

describe("message IDs", () => {
  it("wrap around and leave out those in use", () => {
    const ids = new MessageIds(createRng(3, "test"));
    const all = new Set(Array.from({ length: 65_536 }, () => ids.next(() => false)));
    expect(all.size).toBe(65_536);
    const first = ids.next(() => false);
    const taken = (first + 1) % 65_536;
    expect(ids.next((id) => id === taken)).toBe((first + 2) % 65_536);
  });
});

describe("the reply cache", () => {
  const options = { lifetimeMs: 1_000, maximumEntries: 3, maximumBytes: 100 };

  it("forgets the oldest beyond its entries or bytes", () => {
    const cache = new ReplyCache({ clock: new VirtualClock(), ...options });
    for (const key of ["a", "b", "c", "d"]) cache.set(key, Buffer.alloc(10));
    expect([cache.get("a"), cache.size, cache.bytes]).toEqual([undefined, 3, 30]);
    cache.set("e", Buffer.alloc(95));
    expect([cache.size, cache.bytes, cache.get("e")?.length]).toEqual([1, 95, 95]);
  });

  it("forgets a reply when its message ID may name a new message", async () => {
    const clock = new VirtualClock();
    const cache = new ReplyCache({ clock, ...options });
    cache.set("a", datagram);
    await clock.advance(999);
    expect(cache.get("a")).toBe(datagram);
    await clock.advance(1);
    expect([cache.get("a"), cache.size, cache.bytes]).toEqual([undefined, 0, 0]);
  });
});
