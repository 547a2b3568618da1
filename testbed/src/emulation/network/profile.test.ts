import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ConfigError } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { loadNetwork, networkNames, profileText } from "./profile";

describe("network profiles", () => {
  it("are the files in testbed/networks, each within the schema", () => {
    expect(networkNames()).toEqual(["lan", "lossy-10", "narrowband", "plant-wifi"]);
    for (const name of networkNames()) expect(loadNetwork(name)).toMatchObject({ name });
    expect(profileText(loadNetwork("lossy-10"))).toBe("10 % lost each way");
    expect(profileText(loadNetwork("lan"))).toBe("nothing lost");
  });

  it("are refused by name with those there are, and by member with what is wanted", () => {
    expect(() => loadNetwork("moon")).toThrow(/wanted one of lan, lossy-10, narrowband/);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-networks-"));
    fs.writeFileSync(path.join(folder, "far.yaml"), "description: far\nlossPercent: 99\n");
    try {
      expect(networkNames(folder)).toEqual(["far"]);
      expect(() => loadNetwork("far", folder)).toThrow(ConfigError);
      expect(() => loadNetwork("far", folder)).toThrow(/\/lossPercent: got 99/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
