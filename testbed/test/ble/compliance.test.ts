import { type DriverHarness, describeDriver } from "@fogwot/fog/testing";
import { BleAir } from "./network";

const IDS = ["ble-1", "ble-2"] as const;

async function openFirmware(library: string): Promise<DriverHarness> {
  const air = await BleAir.open();
  const boards = [await air.addBoard(IDS[0], 1), await air.addBoard(IDS[1], 2)] as const;
  const signal = (id: string, name: NodeJS.Signals): void => {
    process.kill(boards[IDS.indexOf(id as "ble-1")]?.pid as number, name);
  };
  return {
    ids: IDS,
    create: (context, { keepAliveMs }) => air.driver(IDS, context, { keepAliveMs, library }),
    silence: (id) => signal(id, "SIGUSR1"),
    speak: (id) => signal(id, "SIGUSR2"),
    close: () => air[Symbol.asyncDispose](),
  };
}

for (const library of ["@abandonware/noble", "@stoprocent/noble"]) {
  describeDriver(`BLE over ${library}, the firmware:`, () => openFirmware(library), {
    canMisbehave: false,
  });
}
