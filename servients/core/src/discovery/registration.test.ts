import { expect, it } from "@jest/globals";
import { registrationOf } from "./registration";

it("the time since a Thing's last sign of life is told on the directory's clock alone", () => {
  const registration = {
    created: "2026-01-01T00:00:00Z",
    modified: "2026-01-01T01:00:00+01:00",
    expires: "2026-01-01T00:01:00Z",
    retrieved: "2026-01-01T00:00:20.500Z",
    ttl: 90,
  };
  const createdMs = Date.UTC(2026, 0, 1);
  expect(registrationOf({ registration })).toEqual({
    createdMs,
    modifiedMs: createdMs,
    expiresMs: createdMs + 60_000,
    retrievedMs: createdMs + 20_500,
    ttlSeconds: 90,
    silenceMs: 20_500,
  });
});

it.each([
  {},
  { registration: null },
  { registration: { modified: "soon", ttl: "1", retrieved: 5 } },
])("%j tells nothing", (td) => {
  expect(registrationOf(td)).toEqual({});
});
