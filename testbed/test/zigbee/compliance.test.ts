import { type DriverHarness, describeDriver, type UdpBoard } from "@fogwot/fog/testing";
import type { ApiMode } from "@fogwot/fog/xbee";
import { ZigbeeNetwork } from "./network";

async function openDoubles(apiMode: ApiMode): Promise<DriverHarness> {
  const network = await ZigbeeNetwork.open({ apiMode });
  const ids = ["zig-1", "zig-2", "zig-3"] as const;
  const boards = new Map<string, UdpBoard>();
  for (const [i, id] of ids.entries()) boards.set(id, await network.addDouble(id, i + 1));
  const board = (id: string): UdpBoard => boards.get(id) as UdpBoard;
  return {
    ids,
    create: (context, { keepAliveMs, parameters }) =>
      network.driver(ids, context, { keepAliveMs, apiMode }, parameters),
    silence: (id) => {
      board(id).isSilent = true;
    },
    speak: (id) => {
      board(id).isSilent = false;
    },
    tricks: {
      sendMalformed(id, count) {
        for (let i = 0; i < count; i++) board(id).sendRaw(Buffer.alloc(1 + (i % 40), i));
      },
      received: (id, type) => board(id).count(type),
      delayReplies: (id, delayMs) => {
        board(id).delayMs = delayMs;
      },
      ignoreNext: (id, count) => {
        board(id).ignoreNext = count;
      },
      refuse: (id) => {
        board(id).refuseWith = 4;
      },
      push: (id) => board(id).push(29_000),
      restart: (id) => board(id).restart(),
    },
    close: () => network[Symbol.asyncDispose](),
  };
}

async function openFirmware(): Promise<DriverHarness> {
  const network = await ZigbeeNetwork.open({ apiMode: 2 });
  const ids = ["zig-1", "zig-2"] as const;
  const boards = [await network.addBoard("zig-1", 1), await network.addBoard("zig-2", 2)] as const;
  const signal = (id: string, name: NodeJS.Signals): void => {
    process.kill(boards[ids.indexOf(id as "zig-1")]?.pid as number, name);
  };
  return {
    ids,
    create: (context, { keepAliveMs }) => network.driver(ids, context, { keepAliveMs, apiMode: 2 }),
    silence: (id) => signal(id, "SIGUSR1"),
    speak: (id) => signal(id, "SIGUSR2"),
    close: () => network[Symbol.asyncDispose](),
  };
}

describeDriver("Zigbee, boards made for tests, API mode 1:", () => openDoubles(1), {
  canMisbehave: true,
});
describeDriver("Zigbee, the firmware behind API mode 2:", openFirmware, { canMisbehave: false });
