import type { ExposedThing } from "@node-wot/core";
import { describeSecurity } from "../../security";
import { repliesTopic } from "./access-topics";
import type { ExposureOptions } from "./exposure";
import type { MqttServerOptions } from "./server-options";

/**
 * What a Thing's forms say of its security, and where its answers go.
 * @returns undefined where MQTT cannot carry what the Thing asks for
 */
export function securityOver(
  thing: ExposedThing,
  { access, topicPrefix }: Pick<MqttServerOptions, "access" | "topicPrefix">,
): Pick<ExposureOptions, "security" | "replies"> | undefined {
  if (!access) return {};
  describeSecurity(thing, access);
  const security = access.schemesFor(thing.id, "mqtt");
  if (security.length === 0) return undefined;
  return access.isSecured(thing.id)
    ? { security, replies: repliesTopic(topicPrefix) }
    : { security };
}
