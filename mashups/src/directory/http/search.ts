import { compileState, ForbiddenError, InputError, negotiate } from "@fogwot/core";
import type { FastifyInstance } from "fastify";
import type { Directory } from "../directory";
import type { Entry } from "../entry";
import { presented } from "../registration";
import type { JsonPathSearch } from "../search/jsonpath-search";
import type { SemanticSearch } from "../search/semantic-search";
import type { Guards } from "./guards";
import { jsonText, sendJson } from "./json-body";
import { sendListing } from "./listing";
import { JSON_TYPE } from "./media-types";
import { allowOnly, parsePage } from "./page";

export interface SearchRoutesOptions {
  readonly directory: Directory;
  readonly jsonPath: JsonPathSearch;
  readonly semantic: SemanticSearch;
  readonly guards: Guards;
}

type Query = Readonly<Record<string, unknown>>;

const maxQueryCharacters = 4096;
const meanings = ["type", "unit", "location", "near"] as const;
const criteria = [...meanings, "availability", "seenSince"] as const;

/**
 * `/search/jsonpath?query=` and
 * `/search/semantic?type=&unit=&location=&near=&availability=&seenSince=`.
 *
 * @see W3C WoT Discovery, "Search API"; SPARQL is not offered, and answers 404 as it says
 */
export function addSearchRoutes(app: FastifyInstance, options: SearchRoutesOptions): void {
  const { directory, jsonPath, semantic, guards } = options;
  const route = { onRequest: guards.hook("list") };

  app.get("/search/jsonpath", route, async (request, reply) => {
    const parameters = request.query as Query;
    allowOnly(parameters, ["query"]);
    const { query } = parameters;
    if (typeof query !== "string" || query.length > maxQueryCharacters) {
      const wanted = `a JSONPath expression of at most ${maxQueryCharacters} characters`;
      throw new InputError({ path: "?query", got: query, wanted });
    }
    negotiate(request.headers.accept, [JSON_TYPE]);
    const all = directory.entries();
    // What an expression selects does not say of which Thing it is.
    if ((await guards.visible(request, all)).length < all.length) {
      throw new ForbiddenError("search by JSONPath is for who may read every Thing Description");
    }
    return sendJson(request, reply, jsonText(JSON_TYPE, await jsonPath.query(query)));
  });

  app.get("/search/semantic", route, async (request, reply) => {
    const parameters = request.query as Query;
    const page = parsePage(parameters, criteria);
    const wanted = Object.fromEntries(criteria.map((name) => [name, textsOf(parameters, name)]));
    const isInState = compileState(wanted);
    const isState = ({ registration }: Entry) => isInState(presented(registration));
    const found = (await semantic.find(wanted)).filter(isState);
    const entries = await guards.visible(request, found);
    const path = `/search/semantic${queryOf(parameters)}`;
    return sendListing(request, reply, { directory, entries, page, path });
  });
}

/** A parameter may be given several times. @throws InputError */
function textsOf(query: Query, name: string): string[] {
  const values = [query[name] ?? []].flat();
  for (const value of values) {
    if (typeof value === "string" && value !== "" && value.length <= maxQueryCharacters) continue;
    throw new InputError({ path: `?${name}`, got: value, wanted: "a text" });
  }
  return values as string[];
}

/** The part of the query that selects, which every link to a page repeats. */
function queryOf(query: Query): string {
  const pairs = criteria.flatMap((name) =>
    textsOf(query, name).map((value) => `${name}=${encodeURIComponent(value)}`),
  );
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}
