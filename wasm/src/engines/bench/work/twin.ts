import { CODES, type CreateTwin } from "../../twin";

/** The same work in plain TypeScript. */
export const createTwin: CreateTwin = () => {
  const out = new Uint8Array(8);
  const outView = new DataView(out.buffer);
  return {
    init: (config) => (config.length === 0 ? 0 : CODES.length),
    process(port, input) {
      if (port !== 0) return CODES.port;
      if (input.length !== 16) return CODES.length;
      const view = new DataView(input.buffer, input.byteOffset, input.length);
      const rounds = view.getInt32(0, true);
      let x = view.getFloat64(8, true);
      let sum = 0;
      for (let i = 0; i < rounds; i++) {
        const z = x * x;
        const w = z * z;
        const near =
          1 + z * -0.16666666666666666 + w * (0.008333333333333333 + z * -0.0001984126984126984);
        sum += x * near;
        x = x < 1.5 ? x + 0.001 : x - 1.5;
      }
      outView.setFloat64(0, sum, true);
      return out;
    },
  };
};
