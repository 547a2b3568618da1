import { Readable } from "node:stream";
import { Content, type Form } from "@node-wot/core";
import { FogwotError, InteractionError } from "../../../errors";
import type { BindingCapabilities, BindingHarness } from "../binding-under-test";
import { rejection } from "../deferred";
import { expect } from "../jest";
import type { Rig } from "../rig";

/** What a group of cells works on: one rig shared by all of them, and the means to start more. */
export interface CellContext {
  readonly harness: () => BindingHarness;
  readonly rig: () => Rig;
  readonly capabilities: BindingCapabilities;
}

/** Expects the Thing's refusal and gives it back. */
export async function refusal(work: Promise<unknown>, status: number): Promise<InteractionError> {
  const error = await rejection(work);
  expect(error).toBeInstanceOf(InteractionError);
  const refused = error as InteractionError;
  expect({ status: refused.status, problem: refused.problem?.status }).toEqual({
    status,
    problem: status,
  });
  return refused;
}

/** Expects an error of ours, whatever its kind. */
export async function typedRejection(work: Promise<unknown>): Promise<FogwotError> {
  const error = await rejection(work);
  expect(error).toBeInstanceOf(FogwotError);
  return error as FogwotError;
}

export function json(value: unknown): Content {
  return rawJson(JSON.stringify(value));
}

/** A body that says it is JSON. */
export function rawJson(text: string): Content {
  return new Content("application/json", Readable.from([Buffer.from(text)]));
}

/** A form as it would be for another affordance or Thing: every mention replaced. */
export function retarget(form: Form, from: string, to: string): Form {
  return JSON.parse(JSON.stringify(form).replaceAll(from, to)) as Form;
}

/** Reads the value out of what an interaction gave. */
export async function outputOf(
  output: Promise<WoT.InteractionOutput | undefined>,
): Promise<unknown> {
  return (await output)?.value();
}

/** Collects the values a listener gets, in the order of arrival. */
export function collector(): {
  values: unknown[];
  listener: (output: WoT.InteractionOutput) => void;
} {
  const values: unknown[] = [];
  let tail: Promise<void> = Promise.resolve();
  return {
    values,
    listener: (output) => {
      tail = tail.then(async () => {
        values.push(await output.value());
      });
    },
  };
}
