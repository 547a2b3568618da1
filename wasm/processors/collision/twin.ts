import {
  CODES,
  type CreateTwin,
  NOTHING,
  type ProcessorTwin,
  type TwinHost,
} from "../../src/engines/twin";
import { DECISION_BYTES, FLAGS } from "./decision";
import { squaredDistance } from "./distance";
import { Arm } from "./kinematics";
import { OBSTACLE_BYTES, Obstacles } from "./obstacles";
import {
  changedSettings,
  DEFAULT_GEOMETRY,
  DEFAULT_SETTINGS,
  encodeSettings,
  GEOMETRY_BYTES,
  geometryOf,
  SETTINGS_BYTES,
} from "./settings";

export const POSE_BYTES = 64;
const PORTS = { poses: 0, settings: 1, obstacles: 2 } as const;
const SENT = { settingsInForce: 1, stop: 2 } as const;
const LINKS = 6;
const FARTHEST = 1e9;
/** Longer than this without a pose, a speed says nothing. */
const MAX_GAP_POSES = 8;

/** How far the robot is from whoever is near, and whether it must stop. */
export const createTwin: CreateTwin = (host) => new CollisionTwin(host);

class CollisionTwin implements ProcessorTwin {
  readonly #host: TwinHost;
  readonly #decision = new Uint8Array(DECISION_BYTES);
  readonly #view = new DataView(this.#decision.buffer);
  readonly #axes = new Float64Array(7);
  #settings = { ...DEFAULT_SETTINGS };
  #geometry = { ...DEFAULT_GEOMETRY };
  #radii: readonly number[] = [];
  #arm = new Arm();
  #obstacles = new Obstacles();
  #isReady = false;
  #hasPose = false;
  #number = 0;
  /** Undefined while no two poses say it. */
  #speed: number | undefined;
  #isStopped = false;
  #sinceStop = 0;

  constructor(host: TwinHost) {
    this.#host = host;
  }

  init(config: Uint8Array): number {
    this.#arm = new Arm();
    this.#obstacles = new Obstacles();
    this.#hasPose = false;
    this.#number = 0;
    this.#speed = undefined;
    this.#isStopped = false;
    this.#sinceStop = 0;
    const code = this.#configure(config);
    this.#isReady = code === 0;
    return code;
  }

  process(port: number, input: Uint8Array): Uint8Array | number {
    if (!this.#isReady) return CODES.notReady;
    if (port === PORTS.poses) return this.#followPoses(input);
    if (port === PORTS.obstacles) return this.#followObstacles(input);
    if (port !== PORTS.settings) return CODES.port;
    if (input.length !== SETTINGS_BYTES) return CODES.length;
    const settings = changedSettings(this.#settings, input);
    if (settings === undefined) return CODES.config;
    this.#settings = settings;
    this.#host.emit(SENT.settingsInForce, encodeSettings(settings));
    return NOTHING;
  }

  #configure(config: Uint8Array): number {
    const hasGeometry = config.length === SETTINGS_BYTES + GEOMETRY_BYTES;
    if (config.length !== 0 && config.length !== SETTINGS_BYTES && !hasGeometry)
      return CODES.length;
    const settings =
      config.length > 0 ? changedSettings(DEFAULT_SETTINGS, config) : DEFAULT_SETTINGS;
    const geometry = hasGeometry ? geometryOf(config.subarray(SETTINGS_BYTES)) : DEFAULT_GEOMETRY;
    if (settings === undefined || geometry === undefined) return CODES.config;
    this.#settings = { ...settings };
    this.#geometry = { ...geometry };
    const { radius0, radius1, radius2, radius3, radius4, radius5 } = geometry;
    this.#radii = [radius0, radius1, radius2, radius3, radius4, radius5];
    return 0;
  }

  #followPoses(input: Uint8Array): Uint8Array | number {
    if (input.length % POSE_BYTES !== 0) return CODES.length;
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    for (let at = 0; at < input.length; at += 8) {
      if (!(Math.abs(view.getFloat64(at, true)) <= FARTHEST)) return CODES.value;
    }
    const count = input.length / POSE_BYTES;
    const out = new Uint8Array(count * DECISION_BYTES);
    for (let i = 0; i < count; i++) {
      this.#followPose(view, i * POSE_BYTES);
      out.set(this.#tell(), i * DECISION_BYTES);
    }
    return out;
  }

  #followPose(view: DataView, at: number): void {
    const number = view.getFloat64(at, true);
    for (let i = 0; i < 7; i++) this.#axes[i] = view.getFloat64(at + 8 + 8 * i, true);
    const gap = number - this.#number;
    const moved = this.#arm.place(this.#geometry, this.#axes);
    this.#speed = undefined;
    if (this.#hasPose && gap >= 1 && gap <= MAX_GAP_POSES) {
      const elapsedMs = gap * this.#settings.poseIntervalMs;
      this.#speed = Math.sqrt(moved) / elapsedMs;
      this.#obstacles.move(elapsedMs);
    } else if (this.#hasPose) {
      // However long it took, it was one interval at least.
      this.#obstacles.move(this.#settings.poseIntervalMs);
    }
    this.#number = number;
    this.#hasPose = true;
  }

  /** A person who moves is answered at once, not with the robot's next pose. */
  #followObstacles(input: Uint8Array): Uint8Array | number {
    if (input.length % OBSTACLE_BYTES !== 0) return CODES.length;
    const code = this.#obstacles.tell(input);
    if (code !== 0) return code;
    return this.#hasPose ? this.#tell().slice() : NOTHING;
  }

  #tell(): Uint8Array {
    const flags = this.#decide();
    if (this.#isNews((flags & FLAGS.stop) !== 0)) this.#host.emit(SENT.stop, this.#decision);
    return this.#decision;
  }

  #decide(): number {
    const { staleMs, unknownSpeed, offsetMm, reactionMs, releaseMarginMm } = this.#settings;
    const { points } = this.#arm;
    let nearest = Number.POSITIVE_INFINITY;
    let nearestLink = -1;
    let nearestObstacle = -1;
    let flags = 0;
    for (const { id, radius, numbers, ageMs } of this.#obstacles.all) {
      if (staleMs > 0 && ageMs > staleMs) flags |= FLAGS.obstacleStale;
      for (let link = 0; link < LINKS; link++) {
        // The forearm begins behind its offset.
        const start = 3 * (link > 2 ? link + 1 : link);
        const squared = squaredDistance(points, start, start + 3, numbers, 0);
        const distance = Math.sqrt(squared) - (this.#radii[link] as number) - radius;
        if (distance < nearest) {
          nearest = distance;
          nearestLink = link;
          nearestObstacle = id;
        }
      }
    }
    if (this.#speed === undefined) flags |= FLAGS.speedUnknown;
    const speed = this.#speed ?? unknownSpeed;
    const required = offsetMm + reactionMs * speed;
    const limit = this.#isStopped ? required + releaseMarginMm : required;
    if (nearest < limit || flags & FLAGS.obstacleStale) flags |= FLAGS.stop;
    const view = this.#view;
    view.setFloat64(0, this.#number, true);
    view.setFloat64(8, nearest, true);
    view.setFloat64(16, required, true);
    view.setFloat64(24, speed, true);
    view.setInt32(32, nearestLink, true);
    view.setInt32(36, nearestObstacle, true);
    view.setInt32(40, flags, true);
    return flags;
  }

  /** Whether the stop, or its end, must be said: when it changes, and again every so many poses. */
  #isNews(isStopped: boolean): boolean {
    const isChange = isStopped !== this.#isStopped;
    this.#isStopped = isStopped;
    if (isChange) {
      this.#sinceStop = 0;
      return true;
    }
    const { repeatPoses } = this.#settings;
    if (!isStopped || repeatPoses < 1) return false;
    this.#sinceStop++;
    if (this.#sinceStop < repeatPoses) return false;
    this.#sinceStop = 0;
    return true;
  }
}
