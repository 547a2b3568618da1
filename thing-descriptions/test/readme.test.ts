import fs from "node:fs";
import { expect, test } from "@jest/globals";
import * as api from "../src";
import { packageFile } from "../src/package-file";

const readme = fs.readFileSync(packageFile("README.md"), "utf8");

test("the README's table of Thing Models lists every model and what it extends", () => {
  const section = readme.slice(readme.indexOf("## Thing Models"), readme.indexOf("## explain"));
  const rows = [...section.matchAll(/^\| `([\w-]+)` \| (?:`([\w-]+)`|–) \|/gm)];
  const written = rows.map(([, type, base]) => [type, base]);
  const actual = api.listThingModels().map((type) => {
    const model = JSON.parse(fs.readFileSync(api.thingModelFile(type), "utf8"));
    const href = model.links?.find((link: { rel: string }) => link.rel === "tm:extends")?.href;
    return [type, href?.replace(/^\.\/|\.tm\.jsonld$/g, "")];
  });
  expect(written.sort()).toEqual(actual.sort());
});

test("the README's table of errors holds every exported error and its code, and no other", () => {
  const written = [...readme.matchAll(/^\| `([A-Z_]+)` \| `(\w+)` \|/gm)].map(([, code, name]) => [
    name,
    code,
  ]);
  const errors = [
    new api.UnknownThingModelError("x", []),
    new api.ThingModelError("x", "", "y"),
    new api.MissingPlaceholderError("x", ["Y"]),
    new api.ThingDescriptionError("x", []),
    new api.MeasurementError("x", "y", "z"),
    new api.RemoteContextError("x", []),
    new api.ExpansionLimitError("x", 1),
    new api.JsonLdError("x", "y"),
  ];
  expect(written.sort()).toEqual(errors.map(({ name, code }) => [name, code]).sort());
  const exported = Object.keys(api).filter(
    (name) => /Error$/.test(name) && name !== "ThingDescriptionsError",
  );
  expect(written.map(([name]) => name)).toEqual(exported.sort());
});
