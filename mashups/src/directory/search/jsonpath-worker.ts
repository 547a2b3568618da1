import { parentPort } from "node:worker_threads";
import { JSONPathError, JSONPathRecursionLimitError, lazyQuery } from "json-p3";
import { compareCodePoints } from "../code-points";
import type { SearchAnswer, SearchRequest } from "./messages";

/**
 * Runs JSONPath queries on a copy of the directory, in a thread of its own: a query may take for ever
 * (nested descents, regular expressions that backtrack), and only a thread can be ended then.
 */

const things = new Map<string, object>();
let sorted: object[] | undefined;

parentPort?.on("message", (request: SearchRequest) => {
  update(request);
  parentPort?.postMessage(answer(request));
});

function update({ updates, deletes }: SearchRequest): void {
  if (updates.length + deletes.length > 0) sorted = undefined;
  for (const id of deletes) things.delete(id);
  for (const { id, tdJson, registrationJson } of updates) {
    const td = tdJson === undefined ? things.get(id) : (JSON.parse(tdJson) as object);
    things.set(id, { ...td, registration: JSON.parse(registrationJson) as unknown });
  }
}

function answer({ query, maxResults, maxResultCharacters }: SearchRequest): SearchAnswer {
  sorted ??= [...things.keys()].sort(compareCodePoints).map((id) => things.get(id) as object);
  const results: string[] = [];
  let characters = 0;
  try {
    for (const { value } of lazyQuery(query, sorted as never)) {
      const text = JSON.stringify(value);
      characters += text.length;
      if (results.length >= maxResults) return limit(`more than ${maxResults} values are selected`);
      if (characters > maxResultCharacters) {
        return limit(`what is selected exceeds ${maxResultCharacters} characters`);
      }
      results.push(text);
    }
  } catch (thrown) {
    if (thrown instanceof JSONPathRecursionLimitError) return limit(thrown.message);
    if (thrown instanceof JSONPathError) return { fault: "syntax", message: thrown.message };
    throw thrown;
  }
  return { json: `[${results.join(",")}]` };
}

function limit(message: string): SearchAnswer {
  return { fault: "limit", message };
}
