import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Respond } from "./att";
import { AttServer } from "./att-server";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const VENDOR = "f09d0001-1e55-4c0e-9b5a-0f0e57a7b1e0";

describe("the ATT server", () => {
  let sent: string[];
  let written: string[];
  let server: AttServer;
  let answer: (respond: Respond) => void;
  const ask = (pdu: string): string | undefined => {
    sent.length = 0;
    server.take(hex(pdu));
    return sent[0];
  };

  beforeEach(() => {
    sent = [];
    written = [];
    answer = (respond) => respond(hex("6608"));
    server = new AttServer(
      [
        {
          uuid: "181a",
          characteristics: [{ uuid: "2a6e", canNotify: true, read: (r) => answer(r) }],
        },
        {
          uuid: VENDOR,
          characteristics: [
            {
              uuid: VENDOR,
              canNotify: false,
              write: (value, respond) => {
                written.push(value.toString("hex"));
                respond(value.length === 4 ? Buffer.alloc(0) : { error: 0xff });
              },
            },
          ],
        },
      ],
      (pdu) => sent.push(pdu.toString("hex")),
      () => undefined,
    );
  });

  test("tells its MTU, never more than a central of ours has room for", () => {
    expect(ask("02 0001")).toBe("03f700");
  });

  test("lists services, those with short and with long names apart, to the last handle", () => {
    expect(ask("10 0100 ffff 0028")).toBe("1106010004001a18");
    expect(ask("10 0500 ffff 0028")).toBe("11140500ffffe0b1a7570e0f5a9b0e4c551e01009df0");
    expect(ask("10 0700 ffff 0028")).toBe("011007000a");
  });

  test("lists characteristics with their properties, and finds a configuration", () => {
    expect(ask("08 0100 0400 0328")).toBe("0907020012030 06e2a".replace(" ", ""));
    expect(ask("08 0300 0400 0229")).toBe("090404000000");
    expect(ask("04 0400 0400")).toBe("050104000229");
  });

  test("reads and writes, and says what cannot be", () => {
    expect(ask("0a 0300")).toBe("0b6608");
    expect(ask("0c 0300 0100")).toBe("0d08");
    expect(ask("0c 0300 0900")).toBe("010c030007");
    expect(ask("0a 0700")).toBe("010a070002");
    expect(ask("0a 6300")).toBe("010a630001");
    expect(ask("12 0700 d0070000")).toBe("13");
    expect(ask("12 0700 01")).toBe("01120700ff");
    expect(ask("12 0300 01")).toBe("0112030003");
    expect(written).toEqual(["d0070000", "01"]);
    answer = (respond) => respond({ error: 0x80 });
    expect(ask("0a 0300")).toBe("010a030080");
  });

  test("answers no command, no response, no confirmation; refuses what it does not know", () => {
    for (const pdu of ["52 0700 d0070000", "d2 0700 00", "1e", "13", "1b 0300 00"]) {
      expect(ask(pdu)).toBeUndefined();
    }
    expect(ask("16 0700 0000 aa")).toBe("0116000006");
    expect(ask("0a 03")).toBe("010a000004");
  });

  test("notifies only who asked for it, within the MTU", () => {
    const notified = (value: string): string[] => {
      sent.length = 0;
      server.notify("2a6e", hex(value));
      return [...sent];
    };
    expect(notified("6608")).toEqual([]);
    expect(ask("12 0400 0100")).toBe("13");
    expect(ask("0a 0400")).toBe("0b0100");
    expect(notified("6608")).toEqual(["1b03006608"]);
    expect(notified("aa".repeat(40))[0]).toHaveLength(2 * 23);
    expect(ask("12 0400 00")).toBe("011204000d");
    expect(ask("12 0400 0000")).toBe("13");
    expect(notified("6608")).toEqual([]);
  });
});
