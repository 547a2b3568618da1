import { createRng } from "@fogwot/core/base";
import { describe, expect, test } from "@jest/globals";
import { type ApiMode, decodeFrame, encodeFrame, wrap, type XBeeFrame, XBeeParser } from ".";

interface Oracle {
  parseRaw(bytes: Buffer): void;
  buildFrame(frame: Record<string, unknown>): Buffer;
  on(event: "frame_object", listener: (frame: Record<string, unknown>) => void): void;
}

// It has no types of its own.
const { XBeeAPI } = require("xbee-api") as {
  XBeeAPI: new (options: { api_mode: ApiMode }) => Oracle;
};

const rng = createRng(5, "xbee");
const hex = (bytes: number): string => random(bytes).toString("hex");
const random = (bytes: number): Buffer =>
  // Every fourth byte is one that API mode 2 escapes.
  Buffer.from(
    Array.from({ length: bytes }, () =>
      rng.chance(0.25) ? ([0x7e, 0x7d, 0x11, 0x13][rng.int(4)] as number) : rng.int(256),
    ),
  );
const id = (): number => 1 + rng.int(255);
const u16 = (): number => rng.int(0x1_0000);
const hex16 = (value: number): string => value.toString(16).padStart(4, "0");
const addresses = () => ({ address64: hex(8), address16: u16() });

/** What the host sends: xbee-api builds it too. */
function requests(): [XBeeFrame, Record<string, unknown>][] {
  const to = addresses();
  const destination = { destination64: to.address64, destination16: hex16(to.address16) };
  const [value, payload] = [random(rng.int(6)), random(1 + rng.int(84))];
  const [one, two, three] = [id(), id(), id()];
  return [
    [
      { type: "at", id: one, command: "NI", value },
      { type: 0x08, id: one, command: "NI", commandParameter: [...value] },
    ],
    [
      { type: "transmit", id: two, ...to, radius: 0, options: 0, payload },
      { type: 0x10, id: two, ...destination, broadcastRadius: 0, options: 0, data: [...payload] },
    ],
    [
      { type: "remoteAt", id: three, ...to, options: 2, command: "D1", value },
      {
        type: 0x17,
        id: three,
        ...destination,
        remoteCommandOptions: 2,
        command: "D1",
        commandParameter: [...value],
      },
    ],
  ];
}

/** What a module sends: xbee-api only reads it. */
function reports(): [XBeeFrame, Record<string, unknown>][] {
  const from = addresses();
  const remote = { remote64: from.address64, remote16: hex16(from.address16) };
  const node = {
    ...from,
    name: "zig 1",
    parent16: u16(),
    role: 2,
    event: 1,
    profile: 0xc105,
    manufacturer: 0x101e,
  };
  const named = {
    ...remote,
    nodeIdentifier: "zig 1",
    remoteParent16: hex16(node.parent16),
    deviceType: 2,
    sourceEvent: 1,
    digiProfileID: "c105",
    digiManufacturerID: "101e",
  };
  const [one, two, three] = [id(), id(), id()];
  const [value, payload] = [random(rng.int(6)), random(1 + rng.int(84))];
  return [
    [
      { type: "atResponse", id: one, command: "SH", status: 0, value },
      { type: 0x88, id: one, command: "SH", commandStatus: 0, commandData: value },
    ],
    [
      { type: "modemStatus", status: 6 },
      { type: 0x8a, modemStatus: 6 },
    ],
    [
      {
        type: "transmitStatus",
        id: two,
        address16: from.address16,
        retries: 3,
        delivery: 0x21,
        discovery: 1,
      },
      {
        type: 0x8b,
        id: two,
        remote16: remote.remote16,
        transmitRetryCount: 3,
        deliveryStatus: 0x21,
        discoveryStatus: 1,
      },
    ],
    [
      { type: "receive", ...from, options: 1, payload },
      { type: 0x90, ...remote, receiveOptions: 1, data: payload },
    ],
    [
      { type: "nodeIdentification", ...from, options: 2, node },
      {
        type: 0x95,
        sender64: from.address64,
        sender16: remote.remote16,
        receiveOptions: 2,
        ...named,
      },
    ],
    [
      { type: "remoteAtResponse", id: three, ...from, command: "NI", status: 4, value },
      { type: 0x97, id: three, ...remote, command: "NI", commandStatus: 4, commandData: value },
    ],
  ];
}

const rounds = Array.from({ length: 200 });

describe.each([1, 2] as const)("beside xbee-api, in API mode %i,", (mode) => {
  const theirs = new XBeeAPI({ api_mode: mode });
  const heard: Record<string, unknown>[] = [];
  theirs.on("frame_object", (frame) => heard.push(frame));
  const ours: XBeeFrame[] = [];
  const parser = new XBeeParser({
    mode,
    onFrame: (data) => ours.push(decodeFrame(data) as XBeeFrame),
    onFault: (fault) => expect(fault).toBe("none"),
  });

  test("every frame for the module is the same bytes, and read as what it was", () => {
    for (const [frame, wanted] of rounds.flatMap(requests)) {
      const bytes = wrap(encodeFrame(frame), mode);
      expect(bytes.toString("hex")).toBe(theirs.buildFrame(wanted).toString("hex"));
      parser.push(bytes);
      expect(ours.pop()).toEqual(frame);
    }
  });

  test("every frame of the module says the same", () => {
    for (const [frame, wanted] of rounds.flatMap(reports)) {
      const bytes = wrap(encodeFrame(frame), mode);
      theirs.parseRaw(bytes);
      expect(heard.pop()).toMatchObject(wanted);
      parser.push(bytes);
      expect(ours.pop()).toEqual(frame);
    }
  });
});
