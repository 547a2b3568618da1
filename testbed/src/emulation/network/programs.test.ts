import { describe, expect, it } from "@jest/globals";
import { NotRootError, ToolError } from "../../errors";
import { isLeftOver, namespaceName } from "./namespace-name";
import { checkNetworkPrograms, runNetworkProgram } from "./programs";

describe("network programs", () => {
  it("are refused to anybody but root, with what to do instead", () => {
    expect(() => checkNetworkPrograms(1000)).toThrow(NotRootError);
    expect(() => checkNetworkPrograms(1000)).toThrow(/without --network/);
  });

  it("say what they said when they fail", async () => {
    await expect(runNetworkProgram("ip", ["moon"])).rejects.toThrow(ToolError);
    await expect(runNetworkProgram("ip", ["moon"])).rejects.toThrow(/ip moon: Object "moon"/);
  });
});

describe("a namespace's name", () => {
  it("tells whether the process that made it is gone, and takes nobody else's for its own", () => {
    expect(isLeftOver(namespaceName("fog"))).toBe(false);
    expect(isLeftOver(namespaceName("server").replace(/-\d+-server$/, "-1-server"))).toBe(true);
    expect(isLeftOver("fogwot-4194305-1-fog")).toBe(true);
    expect(isLeftOver("fogwot-1-1-fog-of-mine")).toBe(false);
    expect(isLeftOver("somebody")).toBe(false);
  });
});
