/** In the order of the record: f64 each. Speeds in m/s = mm/ms. */
export interface CollisionSettings {
  offsetMm: number;
  reactionMs: number;
  /** A stop ends this much beyond the required distance. */
  releaseMarginMm: number;
  poseIntervalMs: number;
  /** While no two poses say how fast the robot is. */
  unknownSpeed: number;
  /** An obstacle not told for longer is a stop: whoever tracks it has failed. 0: never. */
  staleMs: number;
  /** A stop is said again every so many poses; 0: once. */
  repeatPoses: number;
}

/** Millimetres, in the order of the record. */
export interface Geometry {
  a1: number;
  d1: number;
  a2: number;
  a3: number;
  d4: number;
  d6: number;
  toolX: number;
  toolY: number;
  toolZ: number;
  baseX: number;
  baseY: number;
  baseZ: number;
  /** Of the linear axis, per mm of A7. */
  railX: number;
  railY: number;
  railZ: number;
  /** Capsules: column, shoulder, upper arm, forearm, hand, tool. */
  radius0: number;
  radius1: number;
  radius2: number;
  radius3: number;
  radius4: number;
  radius5: number;
}

export const DEFAULT_SETTINGS: Readonly<CollisionSettings> = {
  offsetMm: 1_097.2,
  reactionMs: 2_472,
  releaseMarginMm: 200,
  poseIntervalMs: 65.625,
  unknownSpeed: 2,
  staleMs: 1_000,
  repeatPoses: 15,
};

export const DEFAULT_GEOMETRY: Readonly<Geometry> = {
  a1: 350,
  d1: 750,
  a2: 1_250,
  a3: -55,
  d4: 1_100,
  d6: 230,
  toolX: 0,
  toolY: 0,
  toolZ: 250,
  baseX: 0,
  baseY: 0,
  baseZ: 0,
  railX: 1,
  railY: 0,
  railZ: 0,
  radius0: 500,
  radius1: 400,
  radius2: 250,
  radius3: 220,
  radius4: 150,
  radius5: 150,
};

export const SETTINGS_BYTES = 8 * Object.keys(DEFAULT_SETTINGS).length;
export const GEOMETRY_BYTES = 8 * Object.keys(DEFAULT_GEOMETRY).length;

const FARTHEST = 1e9;

/** What `init` and the port `settings` take; a setting that is missing stays as it is. */
export function encodeSettings(settings: Partial<CollisionSettings>): Uint8Array {
  return numbers(
    Object.keys(DEFAULT_SETTINGS).map((key) => settings[key as keyof CollisionSettings]),
  );
}

/** What `init` takes behind the settings. */
export function encodeGeometry(geometry: Partial<Geometry>): Uint8Array {
  const whole = { ...DEFAULT_GEOMETRY, ...geometry };
  return numbers(Object.values(whole));
}

/** @returns undefined where a value is out of range */
export function changedSettings(
  settings: CollisionSettings,
  bytes: Uint8Array,
): CollisionSettings | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const changed = { ...settings };
  const keys = Object.keys(DEFAULT_SETTINGS) as (keyof CollisionSettings)[];
  for (const [i, key] of keys.entries()) {
    const value = view.getFloat64(8 * i, true);
    if (Number.isNaN(value)) continue;
    const least = key === "poseIntervalMs" ? 0.001 : 0;
    if (!(value >= least && value <= FARTHEST)) return undefined;
    changed[key] = value;
  }
  return changed;
}

/** @returns undefined where a value is out of range */
export function geometryOf(bytes: Uint8Array): Geometry | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const geometry: Geometry = { ...DEFAULT_GEOMETRY };
  for (const [i, key] of (Object.keys(DEFAULT_GEOMETRY) as (keyof Geometry)[]).entries()) {
    const value = view.getFloat64(8 * i, true);
    if (!(Math.abs(value) <= FARTHEST) || (key.startsWith("radius") && value < 0)) return undefined;
    geometry[key] = value;
  }
  return geometry;
}

function numbers(values: readonly (number | undefined)[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat64(8 * i, value ?? Number.NaN, true);
  });
  return bytes;
}
