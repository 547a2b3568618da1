import type { GlobalImage, GlobalType } from "../state";
import { StateImageError } from "../state";

const scratch = new DataView(new ArrayBuffer(8));

/** @param types of the globals, in order: JavaScript cannot ask a WebAssembly.Global for its own */
export function globalImages(
  globals: readonly WebAssembly.Global[],
  types: readonly GlobalType[],
): GlobalImage[] {
  return globals.map((global, index) => {
    const type = types[index] as GlobalType;
    return { type, bits: bitsOf(type, global.value) };
  });
}

/** @throws StateImageError when there are others than the image has */
export function restoreGlobals(
  globals: readonly WebAssembly.Global[],
  types: readonly GlobalType[],
  images: readonly GlobalImage[],
): void {
  const got = images.map(({ type }) => type).join(" ");
  if (got !== types.join(" ")) throw new StateImageError("globals", got, types.join(" "));
  for (const [index, { type, bits }] of images.entries()) {
    (globals[index] as WebAssembly.Global).value = valueFrom(type, bits);
  }
}

function bitsOf(type: GlobalType, value: unknown): bigint {
  switch (type) {
    case "i32":
      return BigInt.asUintN(32, BigInt(value as number));
    case "i64":
      return BigInt.asUintN(64, value as bigint);
    case "f32":
      scratch.setFloat32(0, value as number);
      return BigInt(scratch.getUint32(0));
    case "f64":
      scratch.setFloat64(0, value as number);
      return scratch.getBigUint64(0);
  }
}

function valueFrom(type: GlobalType, bits: bigint): number | bigint {
  switch (type) {
    case "i32":
      return Number(BigInt.asIntN(32, bits));
    case "i64":
      return BigInt.asIntN(64, bits);
    case "f32":
      scratch.setUint32(0, Number(bits));
      return scratch.getFloat32(0);
    case "f64":
      scratch.setBigUint64(0, bits);
      return scratch.getFloat64(0);
  }
}
