import type { ApiMode } from "@fogwot/fog/xbee";
import type {
  AttachedBoard,
  BoardBehindLine,
  LineEmulator,
  LineEmulatorDefinition,
  LineEmulatorOptions,
} from "../line-emulator";
import { baudRateSetting, EmulatedLine } from "../serial/emulated-line";
import { Coordinator } from "./coordinator";
import { BoardLeaf } from "./leaf";

interface XBeeSettings {
  readonly apiMode: ApiMode;
  readonly baudRate: number;
  readonly address: string;
}

/** Short addresses are given out from here on, in the order of joining. */
const FIRST_ADDRESS_16 = 0x0001;

/** An XBee coordinator on a serial line, and the network it holds. */
export const lineEmulator: LineEmulatorDefinition = {
  settings: {
    type: "object",
    additionalProperties: false,
    properties: {
      apiMode: { enum: [1, 2], default: 1, description: "Parameter AP of the module." },
      baudRate: baudRateSetting(9_600),
      address: {
        type: "string",
        pattern: "^[0-9A-Fa-f]{16}$",
        default: "0013A20040000000",
        description: "64-bit address of the coordinator's module.",
      },
    },
  },
  create: (options) => new XBeeLine(options),
};

export class XBeeLine implements LineEmulator {
  readonly line: EmulatedLine;
  readonly coordinator: Coordinator;
  readonly #options: LineEmulatorOptions;
  readonly #leaves: BoardLeaf[] = [];

  constructor(options: LineEmulatorOptions) {
    const { path, executable, clock, log } = options;
    const settings = options.settings as unknown as XBeeSettings;
    this.#options = options;
    this.coordinator = new Coordinator({
      address64: settings.address.toLowerCase(),
      apiMode: settings.apiMode,
      send: (bytes) => this.line.say(bytes),
      log,
    });
    this.line = new EmulatedLine({
      path,
      executable,
      baudRate: settings.baudRate,
      onBytes: (chunk) => this.coordinator.take(chunk),
      clock,
      log,
    });
  }

  get path(): string {
    return this.line.path;
  }

  async attach({ device, address, link }: BoardBehindLine): Promise<AttachedBoard> {
    const { clock, log } = this.#options;
    const leaf = new BoardLeaf({
      address64: address.replaceAll(/[\s:-]/g, "").toLowerCase(),
      address16: FIRST_ADDRESS_16 + this.#leaves.length,
      name: device,
      link,
      clock,
      log,
    });
    this.#leaves.push(leaf);
    await leaf.start();
    this.coordinator.add(leaf);
    return {
      connect: (board) => leaf.connect(board),
      power: (isOn) => {
        const wasOn = leaf.isOn;
        leaf.isOn = isOn;
        if (isOn && !wasOn) this.coordinator.announce(leaf);
      },
    };
  }

  async plugIn(): Promise<void> {
    await this.line.plugIn();
    this.coordinator.powerUp();
  }

  unplug(): Promise<void> {
    return this.line.unplug();
  }

  async stop(): Promise<void> {
    for (const leaf of this.#leaves) leaf.stop();
    await this.line.unplug();
  }
}
