import { AXES, DIALECTS, type Dialect } from "./constants";

/** What an axis can do: degrees and degrees per second; axis 7 (linear): mm and mm/s. */
export interface AxisLimit {
  readonly min: number;
  readonly max: number;
  readonly maxSpeed: number;
}

export interface KukaAxesConfig {
  /** `auto` goes by the bytes. */
  readonly dialect: Dialect | "auto";
  /** Between two poses; 65.6 ms is what 63 bytes take at 9600 baud, 8N1. */
  readonly poseIntervalMs: number;
  readonly axes: readonly AxisLimit[];
}

/**
 * Ranges of the KR 2000 series' axes as the known decoders check them; the speeds are rounded up from
 * what robots of that class do. Axis 7 is whatever the site moves its robot on: 20 m at 2 m/s.
 */
export const DEFAULT_LIMITS: readonly AxisLimit[] = [
  { min: -185, max: 185, maxSpeed: 110 },
  { min: -146, max: 0, maxSpeed: 110 },
  { min: -119, max: 155, maxSpeed: 110 },
  { min: -350, max: 350, maxSpeed: 180 },
  { min: -125, max: 125, maxSpeed: 180 },
  { min: -350, max: 350, maxSpeed: 260 },
  { min: -20_000, max: 20_000, maxSpeed: 2_000 },
];

/** JSON Schema of the decoder's configuration, with defaults. */
export const KUKA_AXES_SCHEMA = {
  type: "object",
  additionalProperties: false,
  properties: {
    dialect: {
      enum: ["auto", ...DIALECTS],
      default: "auto",
      description: "Of the controller's program; auto goes by the separator byte, or the checksum.",
    },
    poseIntervalMs: {
      type: "number",
      minimum: 1,
      maximum: 10_000,
      default: 65.625,
      description: "Between two poses; the default is seven frames at 9600 baud, 8N1.",
    },
    axes: {
      type: "array",
      minItems: AXES,
      maxItems: AXES,
      default: DEFAULT_LIMITS,
      description: "Limits of axes 1 to 7: degrees and degrees per second, axis 7 mm and mm/s.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["min", "max", "maxSpeed"],
        properties: {
          min: { type: "number", minimum: -21_474, maximum: 21_474 },
          max: { type: "number", minimum: -21_474, maximum: 21_474 },
          maxSpeed: { type: "number", exclusiveMinimum: 0, maximum: 100_000 },
        },
      },
    },
  },
} as const;

export const DEFAULT_CONFIG: KukaAxesConfig = {
  dialect: "auto",
  poseIntervalMs: KUKA_AXES_SCHEMA.properties.poseIntervalMs.default,
  axes: DEFAULT_LIMITS,
};
