import { expect, it } from "@jest/globals";
import { sampleTd } from "../directory/test/sample-td";
import { deviceId, thingKind, toSensedThing } from "./thing-kind";

const ownContext = ["https://www.w3.org/2022/wot/td/v1.1", { fog: "https://fogwot.dev/ns#" }];

it.each([
  ["device", { "@context": ownContext, "@type": ["saref:Sensor", "fog:Device"] }],
  ["network", { "@context": ownContext, "@type": "fog:Network" }],
  ["node", { "@context": [{ x: "https://fogwot.dev/ns#" }], "@type": ["x:Node"] }],
  [
    "device",
    { "@context": "https://www.w3.org/2022/wot/td/v1.1", "@type": "https://fogwot.dev/ns#Device" },
  ],
  ["other", { "@context": [{ fog: "https://elsewhere.example/" }], "@type": "fog:Device" }],
  ["other", { "@context": ownContext }],
  ["other", {}],
])("a %s is told by its semantic type, whatever the prefix is called", (kind, td) => {
  expect(thingKind(td)).toBe(kind);
});

it("a device is sensed under its name within the site, with its sensor network", () => {
  const td = sampleTd("urn:fogwot:factory:wifi-1");
  expect(toSensedThing(td, "factory")).toEqual({ id: "wifi-1", wsn: "wifi", td });
});

it("a Thing of another maker is sensed when it has getData, under its whole id", () => {
  const { "@type": _type, "fog:wsn": _wsn, ...td } = sampleTd("urn:acme:7");
  expect(toSensedThing(td as typeof td & { id: string }, "factory")).toMatchObject({
    id: "urn:acme:7",
    wsn: "other",
  });
});

it("a Thing without getData, a network and a node are not sensed", () => {
  const td = sampleTd("urn:fogwot:factory:x");
  expect(toSensedThing({ ...td, actions: { ping: {} } }, "factory")).toBeUndefined();
  expect(toSensedThing({ ...td, "@type": "fog:Network" }, "factory")).toBeUndefined();
  expect(toSensedThing({ ...td, "@type": "fog:Node" }, "factory")).toBeUndefined();
});

it("an id is shortened within its own site only", () => {
  expect(deviceId("urn:fogwot:factory:wifi-1", "factory")).toBe("wifi-1");
  expect(deviceId("urn:fogwot:office:wifi-1", "factory")).toBe("urn:fogwot:office:wifi-1");
  expect(deviceId("urn:fogwot:factory:", "factory")).toBe("urn:fogwot:factory:");
});
