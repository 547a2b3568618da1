import type {
  AttachedBoard,
  BoardBehindLine,
  LineEmulator,
  LineEmulatorDefinition,
  LineEmulatorOptions,
} from "../line-emulator";
import { baudRateSetting, EmulatedLine } from "../serial/emulated-line";
import { Air } from "./air";
import { HciController } from "./controller";
import { BoardPeripheral } from "./peripheral";

interface HciSettings {
  readonly baudRate: number;
  readonly address: string;
}

/** Top two bits of a static random address. */
const STATIC_RANDOM = 0xc0;

/** A Bluetooth LE controller on a serial line (H4), and the peripherals in its reach. */
export const lineEmulator: LineEmulatorDefinition = {
  settings: {
    type: "object",
    additionalProperties: false,
    properties: {
      baudRate: baudRateSetting(1_000_000, 9_600),
      address: {
        type: "string",
        pattern: "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$",
        default: "00:1A:7D:DA:71:00",
        description: "Public address of the controller.",
      },
    },
  },
  create: (options) => new HciLine(options),
};

export class HciLine implements LineEmulator {
  readonly line: EmulatedLine;
  readonly controller: HciController;
  readonly air: Air;
  readonly #options: LineEmulatorOptions;
  readonly #peripherals: BoardPeripheral[] = [];

  constructor(options: LineEmulatorOptions) {
    const { path, executable, clock, log } = options;
    const settings = options.settings as unknown as HciSettings;
    this.#options = options;
    this.air = new Air(clock);
    this.controller = new HciController({
      address: plain(settings.address),
      air: this.air,
      send: (bytes) => this.line.say(bytes),
      clock,
      log,
    });
    this.line = new EmulatedLine({
      path,
      executable,
      baudRate: settings.baudRate,
      onBytes: (chunk) => this.controller.take(chunk),
      clock,
      log,
    });
  }

  get path(): string {
    return this.line.path;
  }

  async attach({ device, address, link }: BoardBehindLine): Promise<AttachedBoard> {
    const { clock, log } = this.#options;
    const digits = plain(address);
    const isRandom = (Number.parseInt(digits.slice(0, 2), 16) & STATIC_RANDOM) === STATIC_RANDOM;
    const addressType = isRandom ? 1 : 0;
    const shared = { name: device, link, clock, log };
    const peripheral = new BoardPeripheral({ address: digits, addressType, ...shared });
    this.#peripherals.push(peripheral);
    await peripheral.start();
    this.air.add(peripheral);
    return {
      connect: (board) => peripheral.attachBoard(board),
      power: (isOn) => {
        peripheral.hasPower = isOn;
      },
    };
  }

  async plugIn(): Promise<void> {
    this.controller.hangUp();
    await this.line.plugIn();
    this.air.start(this.controller);
  }

  async unplug(): Promise<void> {
    this.air.stop();
    this.controller.hangUp();
    await this.line.unplug();
  }

  async stop(): Promise<void> {
    await this.unplug();
    for (const peripheral of this.#peripherals) peripheral.stop();
  }
}

function plain(address: string): string {
  return address.replaceAll(/[\s:-]/g, "").toLowerCase();
}
