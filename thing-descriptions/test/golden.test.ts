import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "@jest/globals";
import { explain, instantiateWithForms } from "../src";
import { FACTORY, httpBase } from "./factory";

const FOLDER = path.join(__dirname, "..", "descriptions");

describe("descriptions/", () => {
  test.each(FACTORY)(
    "$values.id.td.jsonld is what its Thing Model yields (UPDATE_GOLDEN=1 rewrites it)",
    ({ type, values }) => {
      const file = path.join(FOLDER, `${values.id}.td.jsonld`);
      const td = instantiateWithForms(type, values, httpBase(values));
      if (process.env.UPDATE_GOLDEN === "1") {
        fs.writeFileSync(file, `${JSON.stringify(td, null, 2)}\n`);
      }
      expect(td).toEqual(JSON.parse(fs.readFileSync(file, "utf8")));
    },
  );

  test("there is one description a Thing and no other file", () => {
    const files = FACTORY.map(({ values }) => `${values.id}.td.jsonld`);
    expect(fs.readdirSync(FOLDER).sort()).toEqual(files.sort());
  });

  test.each(FACTORY)(
    "$values.id.td.jsonld leaves nothing to remark, not even a warning",
    ({ values }) => {
      const text = fs.readFileSync(path.join(FOLDER, `${values.id}.td.jsonld`), "utf8");
      expect(explain(text)).toEqual([]);
    },
  );
});
