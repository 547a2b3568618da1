import { describe, expect, it } from "@jest/globals";
import { VirtualClock } from "../time";
import { addressKey, TokenBuckets } from "./token-buckets";

describe("TokenBuckets", () => {
  it("grants a burst, then the rate, and says how long to wait", async () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets({ perSecond: 10, burst: 3, clock });
    expect([1, 2, 3, 4].map(() => buckets.take("a"))).toEqual([0, 0, 0, 100]);
    expect(buckets.take("b")).toBe(0);
    await clock.advance(50);
    expect(buckets.take("a")).toBeCloseTo(50);
    await clock.advance(50);
    expect(buckets.take("a")).toBe(0);
    buckets.giveBack("a");
    expect(buckets.take("a")).toBe(0);
  });

  it("remembers no more keys than it may, and forgets full ones first", async () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1, clock, maxKeys: 3 });
    buckets.take("emptied");
    buckets.take("refilled");
    await clock.advance(10_000);
    buckets.take("emptied");
    for (let n = 0; n < 100; n++) buckets.giveBack(`full ${n}`);
    expect(buckets.take("emptied")).toBeGreaterThan(0);
  });
});

describe("addressKey", () => {
  it("takes the first half of an IPv6 address, and an IPv4 address whole", () => {
    const pairs: [string, string][] = [
      ["192.0.2.1", "192.0.2.1"],
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:db8::6", "2001:db8:0:0::/64"],
      ["2001:db8:1::5:6", "2001:db8:1:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
    ];
    expect(pairs.map(([address]) => addressKey(address))).toEqual(pairs.map(([, key]) => key));
  });
});
