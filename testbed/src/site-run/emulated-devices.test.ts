import { expect, it } from "@jest/globals";
import { emulatedDevices } from "./emulated-devices";
import type { DriverInfo } from "./run-info";

function driver(name: string, ...devices: string[]): DriverInfo {
  return { name, wsn: name, ipc: { query: "", data: "" }, devices };
}

it("counts each board, and each device at an emulated line, once", () => {
  const drivers = [
    driver("wifi", "wifi-1", "wifi-2"),
    driver("zigbee", "zig-1"),
    driver("rs232", "robot-1"),
    driver("press", "press-1"),
  ];
  const devices = emulatedDevices({
    emulated: { "wifi-1": "127.0.0.1:1", "zig-1": "0013A20040526301" },
    lines: { zigbee: "/run/zigbee.line", rs232: "/run/rs232.line" },
    nodes: [{ node: "fog", ports: {}, things: [], drivers }],
  });
  expect([...devices]).toEqual(["wifi-1", "zig-1", "robot-1"]);
});
