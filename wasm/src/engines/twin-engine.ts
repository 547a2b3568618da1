import type { Answer, Sent, Step } from "./engine";
import { type CreateTwin, NOTHING } from "./twin";

/** The same steps by the oracle, which keeps no image and no fuel. */
export function runTwin(createTwin: CreateTwin, steps: readonly Step[]): Answer[] {
  let sent: Sent[] = [];
  const twin = createTwin({
    emit(port, bytes) {
      sent.push({ call: "emit", port, hex: Buffer.from(bytes).toString("hex") });
    },
    gpioWrite(slot, value) {
      sent.push({ call: "gpio_write", slot, value });
    },
  });
  const result = (step: Step): Uint8Array | number => {
    if (step.op === "init") return twin.init(step.bytes);
    if (step.op === "process") return twin.process(step.port, step.bytes);
    return step.op === "tick" && twin.tick ? twin.tick(step.ms) : NOTHING;
  };
  return steps.map((step) => {
    sent = [];
    const said = result(step);
    const bytes = typeof said === "number" ? NOTHING : said;
    const code = typeof said === "number" ? said : said.length;
    return { code, bytes: new Uint8Array(bytes), sent };
  });
}
