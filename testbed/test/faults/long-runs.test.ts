import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it, jest } from "@jest/globals";
import { runSensing } from "../../src/soak/sensing/run";
import { fogwotCommand } from "../../src/soak/site/command";
import { LivingSite } from "../../src/soak/site/living-site";
import type { SoakCheck } from "../../src/soak/soak";

jest.setTimeout(180_000);

const execute = promisify(execFile);

function soak(...args: readonly string[]) {
  const [program = "", ...rest] = fogwotCommand("soak", ...args);
  return execute(program, rest);
}

describe("fogwot soak", () => {
  it("lists the long runs, and refuses one that is not there with exit code 2", async () => {
    const { stdout } = await soak("--list", "--json");
    const { soaks } = JSON.parse(stdout) as { soaks: { name: string }[] };
    expect(soaks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["malformed", "restarts", "sensing"]),
    );
    await expect(soak("toaster")).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/wanted one of .*malformed.*restarts.*sensing/),
    });
  });

  it("restarts, in its short form: all is well after each fault, and its last line says so", async () => {
    // A run that failed exits with 1, and its last line says which claim did not hold.
    const ended = soak("restarts", "--for", "2s", "--seed", "3", "--json");
    const { stdout } = await ended.catch((failure: { stdout: string }) => failure);
    const lastLine = stdout.trimEnd().split("\n").at(-1) || "{}";
    const { passed, checks = [] } = JSON.parse(lastLine) as {
      passed?: boolean;
      checks?: SoakCheck[];
    };
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(passed).toBe(true);
  });
});

describe("long live sensing, in its short form", () => {
  it("loses no slot and no row, and delivers what the channel model says", async () => {
    await using site = await LivingSite.start({
      site: (wifi) => ({ ...wifi, mashup: { ...wifi.mashup, policy: "P0", m: 3 } }),
      args: ["--time-scale", "0.2"],
    });
    let looks = 0;
    const { checks, figures } = await runSensing({
      site,
      sampleMs: 250,
      goesOn: () => looks++ < 7,
      // What the machine is busy with besides is no fault of the site.
      leastPace: 0.2,
      onProgress: () => undefined,
    });
    expect(checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(figures.slots).toBeGreaterThan(3);
    expect(Object.keys(figures.runs[0]?.byDevice ?? {}).sort()).toEqual([
      "wifi-1",
      "wifi-2",
      "wifi-3",
    ]);
  });
});
