import fs from "node:fs";
import path from "node:path";
import { packageRoot, VirtualClock } from "@fogwot/core";
import { describe, expect, it } from "@jest/globals";
import { discoveryAssertions } from "./test/assertions-discovery";
import { listingAssertions } from "./test/assertions-listing";
import { registrationAssertions } from "./test/assertions-registration";
import { thingsAssertions } from "./test/assertions-things";
import { DirectoryApp } from "./test/directory-app";
import { schemaErrors } from "./validation";

const assertions = [
  ...thingsAssertions,
  ...listingAssertions,
  ...registrationAssertions,
  ...discoveryAssertions,
];

describe("W3C WoT Discovery, assertion", () => {
  it.each(assertions.map(({ id, check }) => [id, check] as const))(
    "%s holds",
    async (_id, check) => {
      const clock = new VirtualClock(Date.UTC(2026, 0, 1));
      const app = await DirectoryApp.start({ clock, directory: { validate: schemaErrors } });
      try {
        await check({ app, advance: (durationMs) => clock.advance(durationMs) });
      } finally {
        await app.stop();
      }
    },
  );

  it("list of the documents is the list of these tests", () => {
    const file = path.join(packageRoot(__dirname), "..", "docs", "discovery.md");
    const section =
      /^## Assertions\n([\s\S]*?)\n##/m.exec(fs.readFileSync(file, "utf8"))?.[1] ?? "";
    const named = [...section.matchAll(/`([a-z]+(?:-[a-z0-9]+)+)`/g)].map((match) => match[1]);
    expect(named.toSorted()).toEqual(assertions.map(({ id }) => id).toSorted());
  });
});
