import { ABI, E_LENGTH, E_PORT, input, output } from "fogwot";

export { in_cap, in_ptr, out_cap, out_ptr } from "fogwot";

/**
 * The shape of the retrofitting paper's own program, written anew to be measured: a pose of seven frames,
 * an array per axis, the product of five 4 × 4 matrices as arrays of arrays, one point against one.
 */
type Matrix = Array<Array<f64>>;

const POINT: StaticArray<f64> = [1680, 2000, 1499];
const COLLECT_EVERY: i32 = 200;
let calls: i32 = 0;

export function abi(): i32 {
  return ABI;
}

export function init(length: i32): i32 {
  return length == 0 ? 0 : E_LENGTH;
}

export function process(port: i32, length: i32): i32 {
  if (port != 0) return E_PORT;
  if (length != 63) return E_LENGTH;
  const axes = new Array<f64>(7);
  for (let i = 0; i < 7; i++) {
    const at = i * 9;
    const bytes = new Uint8Array(9);
    for (let k = 0; k < 9; k++) bytes[k] = input.getU8(at + k) as u8;
    const value = new DataView(bytes.buffer).getInt32(5, true);
    axes[bytes[0] - 1] = ((-value as f64) / 100_000) * (Math.PI / 180);
  }
  const tip = multiply(
    multiply(
      multiply(
        multiply(aboutY(axes[0]), aboutZ(axes[1], 350, 750)),
        aboutZ(axes[2], 1250, 0),
      ),
      aboutX(axes[3], 1100),
    ),
    aboutZ(axes[4], 0, 0),
  );
  let sum: f64 = 0;
  for (let i = 0; i < 3; i++) {
    const away = tip[i][0] * 230 + tip[i][3] - POINT[i];
    sum += away * away;
  }
  output.setF64(0, Math.sqrt(sum));
  if (++calls % COLLECT_EVERY == 0) __collect();
  return 8;
}

function aboutY(q: f64): Matrix {
  return [
    [Math.cos(q), 0, Math.sin(q), 0],
    [0, 1, 0, 0],
    [-Math.sin(q), 0, Math.cos(q), 0],
    [0, 0, 0, 1],
  ];
}

function aboutZ(q: f64, x: f64, y: f64): Matrix {
  return [
    [Math.cos(q), -Math.sin(q), 0, x],
    [Math.sin(q), Math.cos(q), 0, y],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
}

function aboutX(q: f64, x: f64): Matrix {
  return [
    [1, 0, 0, x],
    [0, Math.cos(q), -Math.sin(q), 0],
    [0, Math.sin(q), Math.cos(q), 0],
    [0, 0, 0, 1],
  ];
}

function multiply(a: Matrix, b: Matrix): Matrix {
  const c = new Array<Array<f64>>();
  for (let i = 0; i < 4; i++) {
    const row = new Array<f64>();
    for (let j = 0; j < 4; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < 4; k++) sum += a[i][k] * b[k][j];
      row.push(sum);
    }
    c.push(row);
  }
  return c;
}
