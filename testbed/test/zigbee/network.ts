import type { XBeeLine } from "../../src/emulation/xbee/line-emulator";
import { LineNetwork } from "../support/line-network";

/** The address of the n-th leaf. */
export function leafAddress(n: number): string {
  return `0013A200 4052630${n}`;
}

/** An emulated coordinator on a pseudo-terminal, for one test, and the leaves of its network. */
export class ZigbeeNetwork extends LineNetwork<XBeeLine> {
  static open(settings: object = {}): Promise<ZigbeeNetwork> {
    const names = { driver: "zigbee", emulator: "xbee", firmware: "climate-thermistor" };
    return new ZigbeeNetwork({ ...names, addressOf: leafAddress }, settings).plugIn();
  }
}
