import { CODES, type CreateTwin, type ProcessorTwin } from "../../src/engines/twin";

const SENSORS = 32;
const SAMPLE_BYTES = 12;
const CONFIG_BYTES = 8;
const E_FULL = -16;

/** The exponential moving average of each sensor's values. */
export const createTwin: CreateTwin = () => new Ema();

class Ema implements ProcessorTwin {
  readonly #means = new Map<number, number>();
  #alpha = 0.2;

  init(config: Uint8Array): number {
    return config.length === 0 ? 0 : this.#configure(config);
  }

  #configure(config: Uint8Array): number {
    if (config.length !== CONFIG_BYTES) return CODES.config;
    const alpha = viewOf(config).getFloat64(0, true);
    if (!(alpha > 0 && alpha <= 1)) return CODES.config;
    this.#alpha = alpha;
    return 0;
  }

  process(port: number, input: Uint8Array): Uint8Array | number {
    if (port === 1) return this.#configure(input);
    if (port !== 0) return CODES.port;
    if (input.length % SAMPLE_BYTES !== 0) return CODES.length;
    const samples = viewOf(input);
    const output = new Uint8Array(input.length);
    const means = viewOf(output);
    for (let at = 0; at < input.length; at += SAMPLE_BYTES) {
      const sensor = samples.getUint32(at, true);
      const value = samples.getFloat64(at + 4, true);
      if (!Number.isFinite(value)) return CODES.value;
      const before = this.#means.get(sensor);
      if (before === undefined && this.#means.size === SENSORS) return E_FULL;
      const mean = before === undefined ? value : before + this.#alpha * (value - before);
      this.#means.set(sensor, mean);
      means.setUint32(at, sensor, true);
      means.setFloat64(at + 4, mean, true);
    }
    return output;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
