import { describe, expect, it } from "@jest/globals";
import { type IPublishPacket, parser } from "mqtt-packet";
import { encodePublish, type PublishProperties } from "./publish-packet";

/** The packet as mqtt.js' own parser reads it. */
function parsed(bytes: Buffer, version: 4 | 5): IPublishPacket {
  const packets: IPublishPacket[] = [];
  const reader = parser({ protocolVersion: version });
  reader.on("packet", (packet) => packets.push(packet as IPublishPacket));
  // What follows it must still be a packet of its own.
  expect(reader.parse(Buffer.concat([bytes, Buffer.from([0xc0, 0])]))).toBe(0);
  expect(packets).toHaveLength(2);
  return packets[0] as IPublishPacket;
}

describe("a PUBLISH of QoS 0", () => {
  const properties: PublishProperties = {
    contentType: "application/cbor",
    responseTopic: "fogwot/werk/replies/größe",
    correlationData: Buffer.from([0, 1, 255]),
    messageExpiryInterval: 3600,
    userProperties: { error: "DEVICE_TIMEOUT", größe: "°C" },
  };

  it("is what mqtt.js reads of it, whatever length its parts have", () => {
    for (const topic of ["a", "fogwot/größe/\u{1f331}", "x/".repeat(5000)]) {
      for (const length of [0, 1, 100, 127, 128, 16_383, 16_384, 2_097_152]) {
        const payload = Buffer.alloc(length, 0xa5);
        for (const retain of [false, true]) {
          const packet = parsed(encodePublish(topic, payload, retain, undefined, 4), 4);
          expect([packet.topic, packet.retain, packet.qos]).toEqual([topic, retain, 0]);
          expect(packet.payload.length).toBe(length);
          expect(payload.equals(packet.payload as Buffer)).toBe(true);
        }
      }
    }
  });

  it("carries the properties over MQTT 5, and leaves them out over 3.1.1", () => {
    const packet = parsed(encodePublish("t", "text °C", false, properties, 5), 5);
    expect(packet.properties).toEqual(properties);
    expect(packet.payload.toString()).toBe("text °C");
    const older = parsed(encodePublish("t", "text °C", false, properties, 4), 4);
    expect([older.properties, older.payload.toString()]).toEqual([undefined, "text °C"]);
  });

  it("has properties of any length", () => {
    for (const length of [0, 100, 130, 16_400]) {
      const own = { ...properties, correlationData: Buffer.alloc(length, 7) };
      const packet = parsed(encodePublish("t", "x", false, own, 5), 5);
      expect(packet.properties).toEqual(own);
      expect(packet.payload.toString()).toBe("x");
    }
    expect(parsed(encodePublish("t", "", false, {}, 5), 5).properties).toBeUndefined();
  });
});
