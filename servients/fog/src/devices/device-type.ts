import type { Notifier } from "@fogwot/core";
import type { Parameter, ParameterValues } from "../drivers/driver";
import type { DeviceStream, StreamType } from "../streams";
import type { DeviceRecord } from "../things/device-record";
import type { ExposedThing } from "../things/wot-types";

/**
 * How a kind of device maps to its Thing Model: exported as `deviceType` by `devices/<name>/`,
 * where `<name>` is the `type` of the site file and the name of the Thing Model.
 */
export interface DeviceType {
  /** Property of the Thing → quantity of the driver (driver.ts, `Reading.values`). */
  readonly quantities: Readonly<Record<string, string>>;
  /**
   * Writable property of the Thing → parameter of the driver, beside `samplingInterval` and
   * `threshold`. One that is a quantity too is what the device says it is.
   */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** Optional affordances of the Thing Model that this type has: `/properties/battery`. */
  readonly optional: readonly string[];
  /** What the device does until it is told otherwise. */
  readonly defaults: ParameterValues;
  /** For devices with a threshold. */
  readonly threshold?: {
    /** Property the threshold is about. */
    readonly property: string;
    /** How far the value must fall below the threshold to be told again, in its unit. */
    readonly hysteresis: number;
  };
  /** For devices that are streams of bytes: what decodes them. */
  readonly stream?: StreamType;
  /** Of such a device: affordances that not every device has. */
  readonly expose?: ThingExtension;
}

/** Handles further affordances of a Thing. The result ends what it has begun. */
export type ThingExtension = (of: {
  readonly thing: ExposedThing;
  readonly record: DeviceRecord;
  readonly stream: DeviceStream;
  /** The Thing's own: what it tells comes after the standard affordances. */
  readonly notifier: Notifier;
}) => () => void;
