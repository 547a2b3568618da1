import { JSON_TYPE } from "../../payload";
import { type Resource, resource } from "../server/exchange";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendPayload } from "../server/respond";

/** GET answers the URLs of all Thing Descriptions this server has. */
export function rootResource(thingUrls: () => readonly string[]): Resource {
  return resource({
    GET: ({ request, response }) => {
      const { accept } = request.headers;
      if (!acceptsJson(accept)) negotiate(accept, [JSON_TYPE]);
      const body = Buffer.from(JSON.stringify(thingUrls()));
      sendPayload(response, 200, { type: JSON_TYPE, body });
    },
  });
}
