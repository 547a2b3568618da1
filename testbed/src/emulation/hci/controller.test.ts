import { createRng, silentLogger, VirtualClock } from "@fogwot/core";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { Air, type Peripheral } from "./air";
import { AttServer } from "./att-server";
import { HciController } from "./controller";

const FUZZ_BYTES = 1_000_000;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
/** Create Connection to c4:c1:38:00:00:01, random; supervision timeout 2 s. */
const CONNECT = hex("01 0d20 19 6000 3000 00 01 01000038c1c4 00 0600 0c00 0000 c800 0400 0600");

describe("the controller", () => {
  let clock: VirtualClock;
  let air: Air;
  let controller: HciController;
  let sent: string[];
  let peripheral: { isThere: boolean };

  beforeEach(() => {
    clock = new VirtualClock();
    air = new Air(clock);
    sent = [];
    const options = { address: "001a7dda7100", air, clock, log: silentLogger };
    controller = new HciController({ ...options, send: (b) => sent.push(b.toString("hex")) });
    const made: Peripheral & { isThere: boolean } = {
      address: "c4c138000001",
      addressType: 1,
      advertisement: hex("020106"),
      scanResponse: hex("020941"),
      isThere: true,
      connect: (send) => {
        const server = new AttServer(
          [{ uuid: "181a", characteristics: [] }],
          send,
          () => undefined,
        );
        return { take: (pdu) => server.take(pdu), end: () => undefined };
      },
    };
    peripheral = made;
    air.add(made);
    air.start(controller);
  });

  const say = (bytes: string | Buffer): string[] => {
    sent.length = 0;
    controller.take(Buffer.isBuffer(bytes) ? bytes : hex(bytes));
    return [...sent];
  };

  test("completes a reset with the very bytes that the host's driver waits for", () => {
    expect(say("01 030c 00")).toEqual(["040e0401030c00"]);
  });

  test("says what it is, and what it does not know", () => {
    expect(say("01 0910 00")).toEqual(["040e0a0109100000 71da7d1a00".replace(" ", "")]);
    expect(say("01 0220 00")).toEqual(["040e0701022000fb0008"]);
    expect(say("01 fffc 00")).toEqual(["040e0401fffc01"]);
    expect(say("01 0b20 01 00")).toEqual(["040e04010b2012"]);
  });

  test("reports advertisements with their scan responses while it scans, duplicates filtered", async () => {
    say("01 0b20 07 01 1000 1000 00 00");
    say("01 0c20 02 01 01");
    sent.length = 0;
    await clock.advance(350);
    expect(sent).toEqual([
      "043e0f02010001 01000038c1c4 03 020106 c4".replaceAll(" ", ""),
      "043e0f02010401 01000038c1c4 03 020941 c4".replaceAll(" ", ""),
    ]);
    say("01 0c20 02 01 00");
    sent.length = 0;
    await clock.advance(300);
    expect(sent).toHaveLength(6);
    say("01 0c20 02 00 00");
    sent.length = 0;
    await clock.advance(300);
    expect(sent).toEqual([]);
  });

  test("connects, carries ATT, counts packets, disconnects", () => {
    expect(say(CONNECT)).toEqual([
      "040f0400010d20",
      "043e1301004000000101000038c1c406000000c80000".replace("0600", "0600"),
    ]);
    expect(say("02 4000 0700 0300 0400 02 0001")).toEqual([
      "0413050140000100",
      "02402007000300040003f700",
    ]);
    expect(say("01 0604 03 4000 13")).toEqual(["040f0400010604", "04050400400016"]);
    expect(controller.openConnections).toBe(0);
  });

  test("waits for a peripheral until it is told not to", async () => {
    peripheral.isThere = false;
    expect(say(CONNECT)).toHaveLength(1);
    expect(say(CONNECT)).toEqual(["040f040c010d20"]);
    await clock.advance(10_000);
    const [complete, ended] = say("01 0e20 00");
    expect(complete).toBe("040e04010e2000");
    expect(ended).toMatch(/^043e130102/);
    expect(say("01 0e20 00")).toEqual(["040e04010e200c"]);
    say(CONNECT);
    peripheral.isThere = true;
    sent.length = 0;
    await clock.advance(150);
    expect(sent[0]).toMatch(/^043e130100/);
  });

  test("loses a peripheral that is away for longer than the supervision timeout", async () => {
    say(CONNECT);
    peripheral.isThere = false;
    sent.length = 0;
    await clock.advance(1_000);
    peripheral.isThere = true;
    await clock.advance(1_000);
    peripheral.isThere = false;
    await clock.advance(1_900);
    expect(sent).toEqual([]);
    await clock.advance(300);
    expect(sent).toEqual(["04050400400008"]);
  });

  test.each(["random bytes", "packets with random contents"])(
    "survives a million bytes of %s, and obeys afterwards",
    async (kind) => {
      const rng = createRng(3, kind);
      for (let done = 0; done < FUZZ_BYTES; ) {
        const bytes = Buffer.alloc(1 + rng.int(300));
        for (let i = 0; i < bytes.length; i++) bytes[i] = rng.int(256);
        if (kind !== "random bytes") {
          say(CONNECT);
          damage(bytes, rng.int(3), controller);
        }
        controller.take(bytes);
        sent.length = 0;
        done += bytes.length;
      }
      await clock.advance(1_000);
      expect(controller.pendingBytes).toBeLessThan(2_048);
      expect(controller.openConnections).toBeLessThan(2);
      controller.hangUp();
      expect(say("01 030c 00")).toEqual(["040e0401030c00"]);
      expect(say(CONNECT)).toHaveLength(2);
    },
  );
});

/** Makes the start of the bytes a command's, an ACL packet's or an ATT request's. */
function damage(bytes: Buffer, kind: number, { counters }: HciController): void {
  const length = bytes.length;
  if (length < 12) return;
  if (kind === 0) {
    bytes[0] = 1;
    bytes[2] = 0x20;
    bytes[3] = length - 4;
    return;
  }
  bytes[0] = 2;
  bytes.writeUInt16LE(0x0040 + ((counters.connections - 1) % 3_776), 1);
  bytes.writeUInt16LE(length - 5, 3);
  if (kind === 1) return;
  bytes.writeUInt16LE(length - 9, 5);
  bytes.writeUInt16LE(4, 7);
  bytes[9] = (bytes[9] ?? 0) & 0x1e;
}
