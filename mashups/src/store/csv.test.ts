import { expect, it } from "@jest/globals";
import { csvField, outcomesToCsv, readingsToCsv } from "./csv";
import type { OutcomeRow } from "./rows";
import { collect, sampleOutcomes, sampleReadings } from "./test/sample-rows";

it("writes outcomes in the fixed column order, byte for byte", async () => {
  const [first, , third] = sampleOutcomes(3) as [OutcomeRow, OutcomeRow, OutcomeRow];
  const rows = [
    { ...first, rttMs: 47.25, reward: -47.25, propensity: 0.1, device: 'a,"b"', qAfter: 1e-7 },
    { ...third, explore: null, eps: null, error: "DEVICE_TIMEOUT" },
  ];
  const text = (await collect(outcomesToCsv(rows))).join("");
  expect(text).toBe(
    "run,policy,seed,slot,k,device,wsn,binding,explore,eps,propensity,ok,rtt_ms,device_rtt_ms," +
      "reward,q_after,energy_mj,t_virtual_ms,timestamp_ms,error\n" +
      'run-a,P1,1,1,0,"a,""b""",wifi,http,true,0.1,0.1,true,47.25,38.5,-47.25,1e-7,,0,1780000000000,\n' +
      `run-a,P1,1,3,0,wifi-3,wifi,http,,,${1 / 3},false,,,,-40,,2000,1780000002000,DEVICE_TIMEOUT\n`,
  );
});

it("writes the header alone when there is no row", async () => {
  expect(await collect(readingsToCsv([]))).toEqual(["timestamp_ms,device,quantity,value\n"]);
});

it("writes doubles so that they read back as the same double", () => {
  for (const value of [0.1 + 0.2, 1 / 3, 5e-324, Number.MAX_VALUE, -1e21, 123456789.12345679]) {
    expect(Number(csvField(value))).toBe(value);
  }
});

it("tells null, the empty text and texts with line breaks apart", () => {
  expect([null, "", "a\nb", "a\rb", 'say "x"'].map(csvField)).toEqual([
    "",
    '""',
    '"a\nb"',
    '"a\rb"',
    '"say ""x"""',
  ]);
});

it("comes in pieces, never as one text", async () => {
  const pieces = await collect(readingsToCsv(sampleReadings(5000)));
  expect(pieces.length).toBeGreaterThan(5);
  expect(pieces.join("").split("\n")).toHaveLength(5002);
});
