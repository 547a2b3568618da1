import { expect, test } from "@jest/globals";
import { listForms } from "./list-forms";

test("listForms names place, operations and affordance of each form, with the defaults of TD 1.1", () => {
  const td = {
    forms: [{ href: "all", op: "readallproperties" }],
    properties: {
      "a/b": { readOnly: true, forms: [{ href: "1" }] },
      w: { writeOnly: true, forms: [{ href: "2" }, "no form"] },
      rw: { forms: [{ href: "3" }] },
    },
    actions: { go: { forms: [{ href: "4" }] } },
    events: { fire: { forms: [{ href: "5" }, { href: "6", op: ["subscribeevent"] }] } },
  };
  expect(listForms(td).map(({ path, operations, of }) => [path, operations, of?.name])).toEqual([
    ["/forms/0", ["readallproperties"], undefined],
    ["/properties/a~1b/forms/0", ["readproperty"], "a/b"],
    ["/properties/w/forms/0", ["writeproperty"], "w"],
    ["/properties/rw/forms/0", ["readproperty", "writeproperty"], "rw"],
    ["/actions/go/forms/0", ["invokeaction"], "go"],
    ["/events/fire/forms/0", ["subscribeevent", "unsubscribeevent"], "fire"],
    ["/events/fire/forms/1", ["subscribeevent"], "fire"],
  ]);
  expect(listForms([])).toEqual([]);
});
