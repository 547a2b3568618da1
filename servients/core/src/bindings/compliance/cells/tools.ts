import { Readable } from "node:stream";
import { Content, type Form } from "@node-wot/core";

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

/** @throws TypeError when a rig has not the form a cell needs */
export function wanted(form: Form | undefined): Form {
  if (!form) throw new TypeError("a form is missing");
  return form;
}

/** Reads the value out of what an interaction gave. */
export async function outputOf(
  output: Promise<WoT.InteractionOutput | undefined>,
): Promise<unknown> {
  return (await output)?.value();
}

/** Collects the values a listener gets, in the order of arrival; what has no value apart from them. */
export function collector(): {
  values: unknown[];
  unreadable: unknown[];
  listener: (output: WoT.InteractionOutput) => void;
} {
  const values: unknown[] = [];
  const unreadable: unknown[] = [];
  let tail: Promise<unknown> = Promise.resolve();
  return {
    values,
    unreadable,
    listener: (output) => {
      const take = async (): Promise<unknown> => values.push(await output.value());
      tail = tail.then(take).catch((error: unknown) => unreadable.push(error));
    },
  };
}
