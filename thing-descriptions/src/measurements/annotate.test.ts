import fs from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { MeasurementError } from "../errors";
import { explain } from "../explain/explain";
import { expand } from "../jsonld/expand";
import { packageFile } from "../package-file";
import { annotateMeasurements } from "./annotate";
import type { FormMeasurement } from "./measurement";

const measured: FormMeasurement = {
  affordance: "/actions/getData",
  op: "invokeaction",
  binding: "http",
  rttMs: 12.5,
  pdr: 0.98,
  requests: 200,
  measuredAt: "2026-11-20T12:00:00Z",
};

const td = {
  "@context": ["https://www.w3.org/2022/wot/td/v1.1", { "@language": "en" }],
  id: "urn:test:sensor",
  title: "Sensor",
  base: "http://127.0.0.1/sensor/",
  security: "nosec_sc",
  securityDefinitions: { nosec_sc: { scheme: "nosec" } },
  actions: {
    getData: {
      forms: [
        { href: "actions/getData" },
        { href: "actions/getData", contentType: "application/cbor" },
        { href: "coap://127.0.0.1/sensor/actions/getData", op: ["invokeaction"] },
        { href: "coaps+tcp://127.0.0.1/sensor/actions/getData", op: ["queryaction"] },
      ],
    },
  },
};
const members = {
  "fog:rttMs": 12.5,
  "fog:pdr": 0.98,
  "fog:requests": 200,
  "fog:measuredAt": "2026-11-20T12:00:00Z",
};

describe("annotateMeasurements", () => {
  test("writes into the first form that offers the operation over the binding", () => {
    const [http, cbor, coap, query] = annotateMeasurements(td, [
      measured,
      { ...measured, binding: "coap", rttMs: 3 },
    ]).actions.getData.forms;
    expect(http).toMatchObject(members);
    expect(cbor).not.toHaveProperty("fog:pdr");
    expect(coap).toMatchObject({ ...members, "fog:rttMs": 3 });
    expect(query).not.toHaveProperty("fog:pdr");
  });

  test("the href tells forms of one binding apart, and TLS is the same binding", () => {
    const href = "coaps+tcp://127.0.0.1/sensor/actions/getData";
    const query = { ...measured, op: "queryaction", binding: "coap", href };
    expect(annotateMeasurements(td, [query]).actions.getData.forms[3]).toMatchObject(members);
  });

  test("the result leaves nothing to remark and expands; the original is as it was", async () => {
    const before = JSON.stringify(td);
    const annotated = annotateMeasurements(td, [measured]);
    expect(JSON.stringify(td)).toBe(before);
    expect(explain(annotated)).toEqual([]);
    const { nodes, dropped } = await expand(annotated);
    expect(dropped).toEqual([]);
    expect(nodes[0]).toMatchObject({
      "https://www.w3.org/2019/wot/td#hasActionAffordance": [
        {
          "https://www.w3.org/2019/wot/td#hasForm": expect.arrayContaining([
            expect.objectContaining({
              "https://fogwot.dev/ns#rttMs": [{ "@value": 12.5 }],
              "https://fogwot.dev/ns#pdr": [{ "@value": 0.98 }],
              "https://fogwot.dev/ns#requests": [{ "@value": 200 }],
              "https://fogwot.dev/ns#measuredAt": [
                { "@value": "2026-11-20T12:00:00Z", "@language": "en" },
              ],
            }),
          ]),
        },
      ],
    });
  });

  test("a golden description takes measurements, twice, and is as large after the second", () => {
    const golden = JSON.parse(
      fs.readFileSync(packageFile("descriptions", "wifi-1.td.jsonld"), "utf8"),
    );
    const once = annotateMeasurements(golden, [measured]);
    const twice = annotateMeasurements(once, [{ ...measured, rttMs: null, pdr: 0 }]);
    expect(explain(twice)).toEqual([]);
    expect(twice["@context"]).toEqual(once["@context"]);
    expect(twice.actions.getData.forms[0]).toMatchObject({ "fog:pdr": 0 });
    expect(twice.actions.getData.forms[0]).not.toHaveProperty("fog:rttMs");
  });

  test("no measurement changes nothing", () => {
    expect(annotateMeasurements(td, [])).toEqual(td);
  });

  test.each([
    ["/0/pdr", { pdr: 1.2 }],
    ["/0/rttMs", { rttMs: -1 }],
    ["/0/rttMs", { rttMs: Number.NaN }],
    ["/0/rttMs", { rttMs: null }],
    ["/0/requests", { requests: 0 }],
    ["/0/measuredAt", { measuredAt: "yesterday" }],
    ["/0", { binding: "mqtt" }],
    ["/0", { op: "cancelaction" }],
    ["/0", { affordance: "/actions/ping" }],
    ["/0", { href: "elsewhere" }],
  ])("refuses at %s what is not so: %j", (path, wrong) => {
    const act = () => annotateMeasurements(td, [{ ...measured, ...wrong }]);
    expect(act).toThrow(MeasurementError);
    expect(act).toThrow(expect.objectContaining({ code: "MEASUREMENT", path }));
  });

  test("a prefix that is taken for something else is refused, not redefined", () => {
    const foreign = { ...td, "@context": [td["@context"][0], { fog: "https://example.com/fog#" }] };
    expect(() => annotateMeasurements(foreign, [measured])).toThrow(MeasurementError);
  });
});

describe("explain", () => {
  test("tells a measured value that cannot be, and one without a time", () => {
    const { forms } = annotateMeasurements(td, [measured]).actions.getData;
    const annotated = annotateMeasurements(td, [measured]);
    const [first, ...rest] = forms;
    const wrong = { ...first, "fog:pdr": 1.5, "fog:measuredAt": undefined };
    const actions = { getData: { forms: [wrong, ...rest] } };
    expect(explain({ ...annotated, actions })).toMatchObject([
      { level: "error", path: "/actions/getData/forms/0/fog:pdr", got: "1.5" },
      { level: "warning", path: "/actions/getData/forms/0", rule: "fog:measuredAt" },
    ]);
  });
});
