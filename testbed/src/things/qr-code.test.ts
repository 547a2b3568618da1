import { expect, it } from "@jest/globals";
import { qrCode } from "./qr-code";

/** Dark modules by row, without the quiet zone around them. */
function modulesOf(text: string): boolean[][] {
  const rows = text
    .split("\n")
    .flatMap((line) => [
      [...line].map((one) => one === "█" || one === "▀"),
      [...line].map((one) => one === "█" || one === "▄"),
    ]);
  const top = rows.findIndex((row) => row.includes(true));
  const left = rows[top]?.indexOf(true) ?? 0;
  const size = (rows[top]?.lastIndexOf(true) ?? 0) - left + 1;
  return rows.slice(top, top + size).map((row) => row.slice(left, left + size));
}

const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (_, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Finders, timing, alignment: what carries no data in versions 2 to 5. */
function isFunction(row: number, column: number, size: number): boolean {
  const near = (one: number) => Math.abs(one - (size - 7)) <= 2;
  return (
    (row <= 8 && column <= 8) ||
    (row <= 8 && column >= size - 8) ||
    (row >= size - 8 && column <= 8) ||
    row === 6 ||
    column === 6 ||
    (near(row) && near(column))
  );
}

/** Reads versions 2 to 5 of level L, whose data is one block, and corrects nothing. @see ISO/IEC 18004 */
function read(modules: readonly (readonly boolean[])[]): string {
  const size = modules.length;
  const format = [0, 1, 2, 3, 4].map((column) => (modules[8]?.[column] ? 1 : 0));
  // The five data bits of the format, under its own mask 10101…
  const [, , ...maskBits] = format.map((bit, at) => bit ^ (at % 2 === 0 ? 1 : 0));
  const mask = MASKS[Number.parseInt(maskBits.join(""), 2)];
  let bits = "";
  let isUpwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const row = isUpwards ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (isFunction(row, column, size)) continue;
        bits += modules[row]?.[column] !== mask?.(row, column) ? "1" : "0";
      }
    }
    isUpwards = !isUpwards;
  }
  return segments(bits);
}

function segments(bits: string): string {
  let at = 0;
  const take = (length: number): number => {
    at += length;
    return Number.parseInt(bits.slice(at - length, at), 2);
  };
  const bytes: number[] = [];
  const add = (text: string): void => void bytes.push(...Buffer.from(text));
  for (;;) {
    const mode = take(4);
    if (mode === 4) for (let left = take(8); left > 0; left--) bytes.push(take(8));
    else if (mode === 2) {
      let left = take(9);
      for (; left > 1; left -= 2) {
        const pair = take(11);
        add(`${ALPHANUMERIC[Math.floor(pair / 45)]}${ALPHANUMERIC[pair % 45]}`);
      }
      if (left === 1) add(ALPHANUMERIC[take(6)] ?? "");
    } else if (mode === 1) {
      let left = take(10);
      for (; left >= 3; left -= 3) add(String(take(10)).padStart(3, "0"));
      if (left > 0) add(String(take(left === 2 ? 7 : 4)).padStart(left, "0"));
    } else return Buffer.from(bytes).toString("utf8");
  }
}

it.each([
  "http://127.0.0.1:18090/fog-wifi/wifi-1",
  "http://127.0.0.1:18080/.well-known/wot",
  "https://plant.example:18443/fog-node-1/climate-sensor-in-hall-3/td?x=%C3%A4",
])("a QR code of %s reads as that", async (url) => {
  expect(read(modulesOf(await qrCode(url)))).toBe(url);
});
