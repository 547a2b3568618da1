import { FogwotError, type RunningServient } from "@fogwot/core";
import { createDriverClient } from "@fogwot/fog";
import { NoOutputError } from "../errors";
import type { AttachedSite } from "../site-run/attach";
import type { SiteThing } from "../things/thing-descriptions";
import type { ConsumedThing, ThingDescription } from "../things/wot-types";
import type { Variant } from "./variant";
import { describeFor } from "./variant-td";

/** Name of a variant, or "system": at the device's driver with no WoT between. */
export type LegName = string;

/** The leg of a device that goes past the Servient. */
export const SYSTEM = "system";

/** One request's outcome. */
export interface Sample {
  readonly device: string;
  readonly leg: LegName;
  /** Round, 0-based. */
  readonly round: number;
  readonly ok: boolean;
  /** As the asker sees it; null on a loss. */
  readonly rttMs: number | null;
  /** The driver's view of the same request. */
  readonly deviceRttMs: number | null;
  readonly timestampMs: number;
  /** Code of the error, null on success. */
  readonly error: string | null;
}

/** Asks one device one way. Resolves with the driver's view; rejects on a loss. */
export interface Leg {
  readonly device: string;
  readonly name: LegName;
  ask(timeoutMs: number): Promise<number | null>;
  close(): void;
}

interface GetDataOutput {
  readonly deviceRttMs?: number;
}

/** `getData` of a Device Thing, the one way that a variant asks. */
export async function deviceLeg(
  client: RunningServient,
  thing: SiteThing,
  variant: Variant,
): Promise<Leg> {
  const consumed: ConsumedThing = await client.wot.consume(describeFor(thing.td, variant));
  return {
    device: deviceIdOf(thing),
    name: variant.name,
    ask: async (timeoutMs) => {
      const output = await consumed.invokeAction("getData", { timeoutMs });
      const value = (await output?.value()) as GetDataOutput | undefined;
      if (value === undefined) throw new NoOutputError("getData", variant.name);
      return value.deviceRttMs ?? null;
    },
    close: () => undefined,
  };
}

/** Device name of the echo Thing in rows and files. */
export const ECHO = "echo";

/** `echo` of a benchmark Thing with a payload of some bytes; what comes back must be what went out. */
export async function echoLeg(
  client: RunningServient,
  td: ThingDescription,
  variant: Variant,
  payloadBytes: number,
): Promise<Leg> {
  const consumed: ConsumedThing = await client.wot.consume(describeFor(td, variant));
  // The quotes of JSON are two of the bytes.
  const payload = "x".repeat(Math.max(0, payloadBytes - 2));
  return {
    device: ECHO,
    name: variant.name,
    ask: async () => {
      const output = await consumed.invokeAction("echo", payload);
      if ((await output?.value()) !== payload) throw new NoOutputError("echo", variant.name);
      return null;
    },
    close: () => undefined,
  };
}

/** The same device at its driver, over IPC: what the System APIs offer below WoT. */
export function systemLegs(
  site: AttachedSite,
  isAsked: (device: string) => boolean = () => true,
): Leg[] {
  return site.info.nodes.flatMap(({ drivers }) =>
    drivers.flatMap((driver) => {
      const devices = driver.devices.filter(isAsked);
      // Only those who ask are there to close it.
      if (devices.length === 0) return [];
      const client = createDriverClient({ ...driver.ipc, name: driver.name });
      return devices.map((device) => ({
        device,
        name: SYSTEM,
        ask: async (timeoutMs: number) =>
          (await client.query(device, { op: "read" }, { timeoutMs })).deviceRttMs,
        close: () => client.close(),
      }));
    }),
  );
}

/** "urn:fogwot:factory:wifi-1" → "wifi-1". */
export function deviceIdOf(thing: { readonly id: string }): string {
  return thing.id.slice(thing.id.lastIndexOf(":") + 1);
}

/** The code that a failed request is counted under. */
export function errorCode(error: unknown): string {
  if (!(error instanceof FogwotError)) return error instanceof Error ? error.name : "UNKNOWN";
  const problem = error.details.problem as { code?: string } | undefined;
  return problem?.code ?? error.code;
}
