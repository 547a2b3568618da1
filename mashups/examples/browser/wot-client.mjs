// A small WoT client for web pages: Thing Descriptions, fetch, EventSource, and nothing else. It does what
// the forms say, so it works with any Thing that speaks HTTP and JSON.
//
// The Things must allow the page's origin: `cors` in the site file.

/** Everything a directory lists, page by page. @param {string} url of its `/things`, or of its description */
export async function discover(url, isWanted = () => true) {
  const found = [];
  for (let next = url; next; ) {
    const response = await answered(next, {
      headers: { Accept: "application/json, application/td+json" },
    });
    const body = await response.json();
    // The directory's own description says where it lists.
    if (!Array.isArray(body)) {
      next = hrefOf(body, body.properties.things.forms[0]);
      continue;
    }
    found.push(...body);
    next = nextPage(response);
  }
  return found.filter(isWanted);
}

/** What a page does with one Thing. */
export class Thing {
  constructor(td) {
    this.td = td;
  }

  async read(name) {
    const form = formFor(this.td.properties[name], "readproperty", this.td);
    return bodyOf(await this.#send(form, "GET"));
  }

  async write(name, value) {
    const form = formFor(this.td.properties[name], "writeproperty", this.td);
    await this.#send(form, "PUT", value);
  }

  /** @returns its output, undefined where there is none */
  async invoke(name, input) {
    const form = formFor(this.td.actions[name], "invokeaction", this.td);
    return bodyOf(await this.#send(form, "POST", input));
  }

  /** The browser reconnects by itself, and asks for what it missed. @returns ends the subscription */
  subscribe(name, listener) {
    const isStream = (form) => form.subprotocol === "sse";
    const form = formFor(this.td.events[name], "subscribeevent", this.td, isStream);
    const source = new EventSource(hrefOf(this.td, form));
    const take = ({ data }) => listener(data === "" ? undefined : JSON.parse(data));
    source.addEventListener(name, take);
    source.addEventListener("message", take);
    return () => source.close();
  }

  #send(form, method, input) {
    return answered(hrefOf(this.td, form), {
      method: form["htv:methodName"] ?? method,
      headers: {
        Accept: "application/json",
        ...(input === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    });
  }
}

/** The problem details of a refusal (RFC 7807). */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `status ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

async function answered(url, options) {
  const response = await fetch(url, options);
  if (response.ok) return response;
  const isProblem = response.headers.get("content-type")?.includes("json");
  throw new Refusal(response.status, isProblem ? await response.json() : undefined);
}

async function bodyOf(response) {
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}

/** The first form for the operation that a page can use. */
function formFor(affordance, op, td, isWanted = () => true) {
  const usable = (affordance?.forms ?? []).find(
    (form) =>
      [form.op ?? defaultOps(affordance)].flat().includes(op) &&
      /^https?:/.test(hrefOf(td, form)) &&
      (form.contentType ?? "application/json") === "application/json" &&
      isWanted(form),
  );
  if (usable) return usable;
  throw new Error(`${td.title} has no form for ${op} that a web page can use`);
}

function defaultOps({ input, output, data, readOnly, writeOnly, type }) {
  if (data) return ["subscribeevent", "unsubscribeevent"];
  if (input || output || type === undefined) return ["invokeaction"];
  return [...(writeOnly ? [] : ["readproperty"]), ...(readOnly ? [] : ["writeproperty"])];
}

/** Variables that are not given vanish, as RFC 6570 has it. */
function hrefOf(td, { href }) {
  return new URL(href.replace(/\{[^}]*\}/g, ""), td.base).href;
}

function nextPage(response) {
  const [, next] = /<([^>]*)>[^,]*rel="?next"?/.exec(response.headers.get("link") ?? "") ?? [];
  return next === undefined ? undefined : new URL(next, response.url).href;
}
