import { type BindingName, FogwotError, pinBinding, type RunningServient } from "@fogwot/core";
import { createDriverClient } from "@fogwot/fog";
import type { AttachedSite } from "../site-run/attach";
import type { SiteThing } from "../things/thing-descriptions";
import type { ConsumedThing } from "../things/wot-types";

/** Which way a device is asked: over a binding, or at its driver with no WoT between. */
export type LegName = BindingName | "system";

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

/** `getData` of a Device Thing over one binding. */
export async function bindingLeg(
  client: RunningServient,
  thing: SiteThing,
  binding: BindingName,
): Promise<Leg> {
  const consumed: ConsumedThing = await client.wot.consume(pinBinding(thing.td, binding));
  return {
    device: deviceIdOf(thing),
    name: binding,
    ask: async (timeoutMs) => {
      const output = await consumed.invokeAction("getData", { timeoutMs });
      const value = (await output?.value()) as GetDataOutput | undefined;
      return value?.deviceRttMs ?? null;
    },
    close: () => undefined,
  };
}

/** The same device at its driver, over IPC: what the System APIs offer below WoT. */
export function systemLegs(site: AttachedSite): Leg[] {
  return site.info.nodes.flatMap(({ drivers }) =>
    drivers.flatMap((driver) => {
      const client = createDriverClient({ ...driver.ipc, name: driver.name });
      return driver.devices.map((device) => ({
        device,
        name: "system" as const,
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
