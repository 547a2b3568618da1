import type { IncomingMessage } from "node:http";
import type { ExposedThing } from "@node-wot/core";
import type { Access, ThingSecurity } from "../../../security";
import { JSON_TYPE } from "../../payload";
import { type Resource, resource } from "../server/exchange";
import type { Gate } from "../server/gate";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendPayload } from "../server/respond";
import { sendDescription, TD_TYPE } from "./thing";

/** A Thing this server has, and where its description is. */
export interface ServedThing {
  readonly thing: ExposedThing;
  readonly url: string;
  readonly gate: Gate;
}

/** GET answers the URLs of all Thing Descriptions this server has. */
export function rootResource(served: () => readonly ServedThing[], gate: Gate): Resource {
  return resource({
    GET: async ({ request, response }) => {
      await gate.pass(request, "readdescription");
      const { accept } = request.headers;
      if (!acceptsJson(accept)) negotiate(accept, [JSON_TYPE]);
      const visible = await visibleTo(request, served());
      const body = Buffer.from(JSON.stringify(visible.map(({ url }) => url)));
      sendPayload(response, 200, { type: JSON_TYPE, body });
    },
  });
}

/**
 * GET answers the description of the Thing behind this host: its only one; of several, a Thing
 * that links to each of them and whose property lists their URLs.
 * @see WoT Discovery, section 6.3: introduction by a well-known URI
 */
export function wellKnownResource(
  served: () => readonly ServedThing[],
  base: string,
  gate: Gate,
  access: Access | undefined,
): Resource {
  return resource({
    GET: async (exchange) => {
      const things = served();
      const [first, second] = things;
      await (first && !second ? first.gate : gate).pass(exchange.request, "readdescription");
      if (first && !second) {
        sendDescription(exchange, first.thing.getThingDescription());
        return;
      }
      const visible = await visibleTo(exchange.request, things);
      sendDescription(exchange, servientDescription(visible, base, access));
    },
  });
}

/** Those whose descriptions the asker may read. */
async function visibleTo(
  request: IncomingMessage,
  things: readonly ServedThing[],
): Promise<readonly ServedThing[]> {
  const visible: ServedThing[] = [];
  for (const served of things) if (await served.gate.shows(request)) visible.push(served);
  return visible;
}

const OPEN: ThingSecurity = {
  securityDefinitions: { nosec_sc: { scheme: "nosec" } },
  security: ["nosec_sc"],
};

function servientDescription(
  things: readonly ServedThing[],
  base: string,
  access: Access | undefined,
): object {
  return {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    title: `Things at ${base.replace(/^https?:\/\//, "")}`,
    ...(access?.securityOf(undefined) ?? OPEN),
    properties: {
      things: {
        title: "Things",
        description: "URLs of the Thing Descriptions of all Things here.",
        type: "array",
        items: { type: "string", format: "uri" },
        readOnly: true,
        observable: false,
        forms: [{ href: `${base}/`, contentType: JSON_TYPE, op: "readproperty" }],
      },
    },
    links: things.map(({ url }) => ({ rel: "item", href: url, type: TD_TYPE })),
  };
}
