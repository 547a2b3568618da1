import * as fs from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { REPOSITORY } from "../support/fogwot";

const EXAMPLES = path.join(REPOSITORY, "mashups", "examples");
/** Of any radio, line or what speaks over one; also as part of a device's or network's name. */
const RADIO =
  /\b(wi-?fi|wlan|wifly|nodemcu|esp32|zigbee|zig-\d|xbee|ble|ble-\d|bluetooth|gatt|noble|lora|rs-?232|rs-?485|serial|uart|udp|ieee|802\.\d+(\.\d+)?)\b/i;

const files = fs
  .readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|js|mjs|html)$/.test(name));

it.each(files)("mashups/examples/%s has no word of any radio", (name) => {
  const lines = fs.readFileSync(path.join(EXAMPLES, name), "utf8").split("\n");
  expect(lines.filter((line) => RADIO.test(line))).toEqual([]);
});

it("would find one", () => {
  for (const word of ["Wi-Fi", "wifi-1", "WIFI", "zig-2", "BLE", "rs232", "802.15.4"]) {
    expect([word, RADIO.test(`read ${word}, say`)]).toEqual([word, true]);
  }
  expect(RADIO.test("a serializable table is able to be read")).toBe(false);
});
