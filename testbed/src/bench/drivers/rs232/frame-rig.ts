import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  compiledEntry,
  createRng,
  type Deferred,
  DeviceTimeoutError,
  deferred,
  NotFoundError,
  packageRoot,
  Supervisor,
  silentLogger,
  systemClock,
} from "@fogwot/core";
import {
  createDriverClient,
  DeviceRecord,
  DeviceStream,
  type DriverClient,
  type DriverProcessConfig,
  driverEndpoints,
  loadDeviceType,
} from "@fogwot/fog";
import { DEFAULT_CONFIG, encodeAxis } from "@fogwot/wasm/kuka-axes";
import { RobotMotion } from "@fogwot/wasm/kuka-axes/testing";
import { ensureBoardBuilt, lineExecutable } from "../../../emulation/board-build";
import { EmulatedLine } from "../../../emulation/serial/emulated-line";

/** As the driver sets its line. */
const BAUD_RATE = 9_600;
const DRIVER = "rs232";
const ROBOT = "robot-1";
const CONNECT_LIMIT_MS = 10_000;
const PASS_LIMIT_MS = 2_000;

/** A line, the driver's process, and what the fog node has of a robot: record and decoder. */
export class FrameRig {
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-rs232-"));
  readonly #supervisor = new Supervisor({ clock: systemClock, log: silentLogger });
  readonly #draws = createRng(1, "bench", "rs232");
  readonly #motion = new RobotMotion(() => this.#draws.next());
  readonly #line: EmulatedLine;
  readonly #record: DeviceRecord;
  readonly #stream: DeviceStream;
  readonly #client: DriverClient;
  #pose = 0;
  /** Ends when the decoder has seen so many frames. */
  #awaited: { readonly frames: number; readonly seen: Deferred<number | null> } | undefined;

  private constructor() {
    const type = loadDeviceType("robot-krc2");
    if (!type.stream) throw new NotFoundError("stream of the type robot-krc2");
    this.#line = new EmulatedLine({
      path: path.join(this.#folder, "line"),
      executable: lineExecutable(),
      baudRate: BAUD_RATE,
      onBytes: () => undefined,
      clock: systemClock,
      log: silentLogger,
    });
    this.#record = new DeviceRecord({ id: ROBOT, type, clock: systemClock, parameters: {} });
    this.#client = createDriverClient({
      ...this.#endpoints,
      name: DRIVER,
      onData: (data) => {
        if (data.kind !== "bytes") return;
        this.#stream.push(data.bytes, data.timestampMs);
        const frames = this.#stream.counters.frames ?? 0;
        if (this.#awaited && frames >= this.#awaited.frames) {
          this.#awaited.seen.resolve(systemClock.monotonicMs());
        }
      },
    });
    this.#stream = new DeviceStream({
      id: ROBOT,
      type: type.stream,
      settings: { dialect: "checked" },
      clock: systemClock,
      query: (request, timeoutMs) => this.#client.query(ROBOT, request, { timeoutMs }),
      onReading: (reading) => void this.#record.takeReading(reading),
    });
  }

  static async open(): Promise<FrameRig> {
    await ensureBoardBuilt();
    const rig = new FrameRig();
    try {
      await rig.#start();
    } catch (error) {
      await rig.close();
      throw error;
    }
    return rig;
  }

  /**
   * Sends a pose; its last frame when the others are there.
   * @returns ms from the last frame's write to the new reading; null where it did not come
   */
  async pass(): Promise<number | null> {
    const axes = this.#motion.next(DEFAULT_CONFIG.poseIntervalMs);
    const frames = axes.map((value, axis) => encodeAxis("checked", axis + 1, value, this.#pose));
    this.#pose++;
    const last = frames.pop() ?? new Uint8Array();
    const before = this.#record.lastReading;
    if ((await this.#send(Buffer.concat(frames), frames.length)) === null) return null;
    const writtenAtMs = systemClock.monotonicMs();
    const updatedAtMs = await this.#send(last, 1);
    const isNew = this.#record.lastReading !== before;
    return isNew && updatedAtMs !== null ? updatedAtMs - writtenAtMs : null;
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#supervisor.stop();
    await this.#line.unplug();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  get #endpoints(): DriverProcessConfig["endpoints"] {
    return driverEndpoints(this.#folder, DRIVER);
  }

  async #start(): Promise<void> {
    await this.#line.plugIn();
    const manifest = require.resolve("@fogwot/fog/package.json", {
      paths: [packageRoot(__dirname)],
    });
    const config: DriverProcessConfig = {
      driver: DRIVER,
      devices: [{ id: ROBOT, address: "COM3" }],
      settings: { path: this.#line.path },
      endpoints: this.#endpoints,
      seed: 1,
      timeScale: 1,
      logLevel: "silent",
    };
    const entry = compiledEntry(path.join(path.dirname(manifest), "src/drivers/main.ts"));
    await this.#supervisor.start({ name: DRIVER, entry, config });
    await this.#client.connected(CONNECT_LIMIT_MS);
    // Frames that came before the subscription held, or the line was open, are lost.
    const untilMs = systemClock.monotonicMs() + CONNECT_LIMIT_MS;
    while ((await this.pass()) === null) {
      if (systemClock.monotonicMs() > untilMs)
        throw new DeviceTimeoutError(ROBOT, CONNECT_LIMIT_MS);
    }
  }

  async #send(bytes: Uint8Array, frames: number): Promise<number | null> {
    const seen = deferred<number | null>();
    this.#awaited = { frames: (this.#stream.counters.frames ?? 0) + frames, seen };
    const cancel = systemClock.schedule(PASS_LIMIT_MS, () => seen.resolve(null));
    this.#line.write(bytes);
    const atMs = await seen.promise;
    cancel();
    this.#awaited = undefined;
    return atMs;
  }
}
