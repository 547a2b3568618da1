import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadSite } from "@fogwot/core";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { UsageError } from "../errors";
import { planSite } from "../site-run/site-plan";
import { newSite } from "./new-site";

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const options = { type: "climate-dht11", devices: 4, portBase: 21_000, emulated: true };

describe("newSite", () => {
  it("makes a site that can be run as it is, every board emulated", () => {
    const made = newSite({ folder: path.join(folder, "barn"), ...options });
    expect(made.site).toBe("barn");
    const plan = planSite({ siteFile: made.files[0] ?? "" });
    expect(plan.boards["wifi-4"]).toBe("127.0.0.1:21023");
    expect(plan.site.server.httpPort).toBe(21_000);
  });

  it("makes no emulation file when boards are real", () => {
    const made = newSite({ folder: path.join(folder, "barn"), ...options, emulated: false });
    expect(made.files).toHaveLength(1);
    expect(loadSite(made.files[0] ?? "").site).toBe("barn");
    expect(fs.readdirSync(path.join(folder, "barn"))).toEqual(["site.yaml"]);
  });

  it("never writes over what is there, and refuses a name that cannot be a site's", () => {
    newSite({ folder: path.join(folder, "barn"), ...options });
    expect(() => newSite({ folder: path.join(folder, "barn"), ...options })).toThrow(UsageError);
    expect(() => newSite({ folder: path.join(folder, "My Barn"), ...options })).toThrow(UsageError);
  });
});
