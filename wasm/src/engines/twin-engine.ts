import type { Answer, Engine, Sent, Step } from "./engine";
import { type CreateTwin, NOTHING, type ProcessorTwin } from "./twin";

/** The oracle in the form of the engines; the module is left aside. */
export function twinEngine(createTwin: CreateTwin): Engine {
  return { name: "TypeScript", run: (_module, steps) => runTwin(createTwin, steps) };
}

/** The same steps by the oracle, which keeps no image and no fuel. */
export function runTwin(createTwin: CreateTwin, steps: readonly Step[]): Answer[] {
  let sent: Sent[] = [];
  let isTiming = false;
  const twin = createTwin({
    emit(port, bytes) {
      if (isTiming) return;
      sent.push({ call: "emit", port, hex: Buffer.from(bytes).toString("hex") });
    },
    gpioWrite(slot, value) {
      if (isTiming) return;
      sent.push({ call: "gpio_write", slot, value });
    },
  });
  const result = (step: Step): Uint8Array | number => {
    isTiming = step.op === "time";
    if (step.op === "time") return timed(twin, step);
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

/** As the engines measure themselves, the copy of the input apart: a twin reads it where it is. */
function timed(twin: ProcessorTwin, step: Extract<Step, { readonly op: "time" }>): Uint8Array {
  const { port, bytes, chunkBytes, count } = step;
  const chunks = Array.from({ length: bytes.length / chunkBytes }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  const before = process.cpuUsage();
  const start = performance.now();
  for (let i = 0, next = 0; i < count; i++) {
    twin.process(port, chunks[next] as Uint8Array);
    next = next + 1 === chunks.length ? 0 : next + 1;
  }
  const clockNs = (performance.now() - start) * 1e6;
  const busy = process.cpuUsage(before);
  return new Uint8Array(new Float64Array([clockNs, 1_000 * (busy.user + busy.system)]).buffer);
}
