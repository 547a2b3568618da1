import type { HciLine } from "../../src/emulation/hci/line-emulator";
import { LineNetwork } from "../support/line-network";

/** The address of the n-th peripheral: a static random one, as an ESP32 without a public one has. */
export function address(n: number): string {
  return `C4:C1:38:00:00:0${n}`;
}

/** An emulated controller on a pseudo-terminal, for one test, and the peripherals in its reach. */
export class BleAir extends LineNetwork<HciLine> {
  static open(settings: object = {}): Promise<BleAir> {
    const names = { driver: "ble", emulator: "hci", firmware: "climate-dht11" };
    return new BleAir({ ...names, addressOf: address }, settings).plugIn();
  }
}
