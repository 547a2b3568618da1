import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { explain, instantiate } from "../src";
import { FACTORY } from "./factory";

const FOLDER = path.join(__dirname, "..", "descriptions");
const textOf = (id: unknown): string =>
  fs.readFileSync(path.join(FOLDER, `${id}.td.jsonld`), "utf8");

// What they are exactly, forms and all, is held to the running site by testbed/test/playground.
describe("descriptions/", () => {
  test.each(FACTORY)(
    "$values.id.td.jsonld has all that its Thing Model yields",
    ({ type, values }) => {
      const { "@context": context, ...yielded } = instantiate(type, values);
      const golden = JSON.parse(textOf(values.id));
      expect(golden).toMatchObject(yielded);
      expect(golden["@context"]).toEqual(context);
    },
  );

  test("there is one description a Thing and no other file", () => {
    const files = FACTORY.map(({ values }) => `${values.id}.td.jsonld`);
    expect(fs.readdirSync(FOLDER).sort()).toEqual(files.sort());
  });

  test.each(FACTORY)(
    "$values.id.td.jsonld leaves nothing to remark, not even a warning",
    ({ values }) => {
      expect(explain(textOf(values.id))).toEqual([]);
    },
  );
});
