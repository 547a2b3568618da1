import type { Message } from "@fogwot/fog/board-protocol";
import { writeMessage } from "@fogwot/fog/board-protocol";

export interface VectorsOptions {
  readonly name: string;
  readonly property: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Number of the quantity in the board protocol. */
  readonly quantity: number;
}

/** Frames of the new type, and what they mean as its Thing says it: firmware/test/vectors/README.md. */
export function vectorsOf(options: VectorsOptions): string {
  const { name, property, minimum, maximum, quantity } = options;
  const middle = (minimum + maximum) / 2;
  const vector = (suffix: string, type: "reading" | "push", sequence: number, value: number) => {
    const values = [{ quantity, milli: value * 1_000 }];
    const frame: Message = { type, sequence, uptimeMs: 60_000, ageMs: 250, values };
    return {
      name: `${name}-${suffix}`,
      hex: writeMessage(frame).toString("hex"),
      frame,
      thing: { [property]: value },
    };
  };
  const vectors = [
    vector("reading", "reading", 1, middle),
    vector("reading-least", "reading", 2, minimum),
    vector("push-most", "push", 3, maximum),
  ];
  const title = `What a ${name} says, and the same as its Thing says it.`;
  return `${JSON.stringify({ title, vectors }, null, 2)}\n`;
}
