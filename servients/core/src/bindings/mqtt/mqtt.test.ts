import { describe } from "@jest/globals";
import { describeBinding } from "../compliance";
import { MQTT_CLAIMS, MQTT5_CLAIMS } from "../compliance/claims";
import { startAedes, startMosquitto } from "./test/brokers";
import { openMqttHarness } from "./testing/harness";

describe("MQTT", () => {
  describeBinding(
    "MQTT 3.1.1, aedes",
    async () => openMqttHarness(await startAedes()),
    MQTT_CLAIMS,
  );
  describeBinding(
    "MQTT 5, mosquitto",
    async () => openMqttHarness(await startMosquitto()),
    MQTT5_CLAIMS,
  );
  describeBinding(
    "MQTT 3.1.1, mosquitto",
    async () => openMqttHarness(await startMosquitto(), { server: 4, client: 4 }),
    MQTT_CLAIMS,
  );
  describeBinding(
    "MQTT 3.1.1 Servient and MQTT 5 consumer, mosquitto",
    async () => openMqttHarness(await startMosquitto(), { server: 4 }),
    MQTT5_CLAIMS,
  );
});
