import { createRng } from "@fogwot/core";
import type { Dialect } from "@fogwot/wasm/kuka-axes";
import { UsageError } from "../../errors";
import type {
  AttachedBoard,
  BoardBehindLine,
  LineEmulator,
  LineEmulatorDefinition,
  LineEmulatorOptions,
} from "../line-emulator";
import { baudRateSetting, EmulatedLine } from "../serial/emulated-line";
import { RobotController } from "./controller";

interface RobotSettings {
  readonly dialect: Dialect;
  readonly baudRate: number;
  readonly paced: boolean;
  readonly poseIntervalMs: number;
  readonly speed: number;
  readonly corrupted: number;
  readonly lost: number;
  readonly doubled: number;
  readonly seed: number;
}

/** What a pose takes at 9600 baud: how far the robot moves from one to the next, however fast they come. */
const MOTION_MS = 65.625;

const share = (description: string) => ({
  type: "number",
  minimum: 0,
  maximum: 1,
  default: 0,
  description,
});

/** A robot with its KUKA KR C2 controller at the far end of the line. */
export const lineEmulator: LineEmulatorDefinition = {
  settings: {
    type: "object",
    additionalProperties: false,
    properties: {
      dialect: {
        enum: ["space", "zero", "sign", "checked"],
        default: "space",
        description: "Of the controller's program.",
      },
      baudRate: baudRateSetting(9_600),
      paced: {
        type: "boolean",
        default: true,
        description: "Bytes take as long as on a real line.",
      },
      poseIntervalMs: {
        type: "number",
        minimum: 0.1,
        maximum: 60_000,
        default: MOTION_MS,
        description: "Between two poses; seven frames at 9600 baud take 65.625 ms.",
      },
      speed: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.5,
        description: "Share of the axes' maximum speed that the robot moves at.",
      },
      corrupted: share("Probability that a byte arrives as another."),
      lost: share("Probability that a byte does not arrive."),
      doubled: share("Probability that a byte arrives twice."),
      seed: { type: "integer", minimum: 0, maximum: 4_294_967_295, default: 1 },
    },
  },
  create: (options) => new RobotLine(options),
};

export class RobotLine implements LineEmulator {
  readonly line: EmulatedLine;
  readonly controller: RobotController;

  constructor({ path, executable, settings, clock, log }: LineEmulatorOptions) {
    const { baudRate, paced, poseIntervalMs, seed, speed, dialect, ...spoiling } =
      settings as unknown as RobotSettings;
    this.controller = new RobotController({
      dialect,
      poseIntervalMs,
      motionMs: MOTION_MS,
      speed,
      spoiling,
      rng: (purpose) => createRng(seed, "robot", purpose),
      clock,
      send: (bytes) => this.line.say(bytes),
    });
    this.line = new EmulatedLine({
      path,
      executable,
      baudRate,
      isPaced: paced,
      onBytes: (chunk) => this.controller.take(chunk),
      clock,
      log,
    });
  }

  get path(): string {
    return this.line.path;
  }

  async attach({ device }: BoardBehindLine): Promise<AttachedBoard> {
    throw new UsageError(`board ${device}: nothing is behind a robot controller's line`);
  }

  async plugIn(): Promise<void> {
    await this.line.plugIn();
    this.controller.start();
  }

  /** The robot goes on; only its line is gone. */
  unplug(): Promise<void> {
    return this.line.unplug();
  }

  async stop(): Promise<void> {
    this.controller.stop();
    await this.line.unplug();
  }
}
