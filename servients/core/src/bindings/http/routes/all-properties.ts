import type { ExposedThing } from "@node-wot/core";
import { readProperty } from "../../interaction";
import { JSON_TYPE } from "../../payload";
import { type Resource, resource } from "../server/exchange";
import { acceptsJson, negotiate } from "../server/negotiation";
import { sendPayload } from "../server/respond";

/** GET answers an object of every readable property, read now. One that fails fails the whole. */
export function allPropertiesResource(
  thing: ExposedThing,
  readFormIndex: ReadonlyMap<string, number>,
): Resource {
  return resource({
    GET: async ({ request, response }) => {
      const { accept } = request.headers;
      if (!acceptsJson(accept)) negotiate(accept, [JSON_TYPE]);
      const members = await Promise.all(
        [...readFormIndex].map(async ([name, formIndex]) => {
          const { body } = await readProperty(thing, name, { formIndex });
          // The value is JSON text already; a handler that gave nothing has no member.
          return body.length > 0 ? [`${JSON.stringify(name)}:${body.toString("utf8")}`] : [];
        }),
      );
      const body = Buffer.from(`{${members.flat().join(",")}}`);
      sendPayload(response, 200, { type: JSON_TYPE, body });
    },
  });
}
