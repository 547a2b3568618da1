import { afterEach, describe, expect, it } from "@jest/globals";
import { HttpClientFactory } from "@node-wot/binding-http";
import { type Form, Servient } from "@node-wot/core";
import { Rig, until } from "../../compliance";
import type { HttpServerOptions } from "../options";
import type { HttpBindingServer } from "../server/server";
import { openHttpHarness } from "../testing/harness";

const POLL = "?subprotocol=longpoll";

describe("HTTP long polls", () => {
  let rig: Rig;
  afterEach(() => rig.stop());

  async function start(options: Partial<HttpServerOptions> = {}): Promise<string> {
    rig = await new Rig(await openHttpHarness(options), { title: "Compliance 1" }).start();
    return `${(rig.server as unknown as HttpBindingServer).baseUrl}/compliance-1`;
  }
  const emit = (n: number): void => rig.thing.emitEvent("reading", { n });
  const waiting = (): number => rig.server.counters.subscribers ?? 0;
  const nextOf = (response: Response): string => {
    const [, target = ""] =
      /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "") ?? [];
    return new URL(target, response.url).href;
  };

  it("wait for a notification and carry that one", async () => {
    const url = `${await start()}/events/reading${POLL}`;
    const polling = fetch(url);
    await until("the poll to wait", () => waiting() === 1);
    emit(1);
    emit(2);
    const response = await polling;
    expect([response.status, await response.json()]).toEqual([200, { n: 1 }]);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(waiting()).toBe(0);
  });

  it("go on at the cursor each answer names, and lose nothing of a burst", async () => {
    let url = `${await start()}/events/reading${POLL}`;
    url = nextOf(await fetch(url, { method: "HEAD" }));
    const received: number[] = [];
    for (let n = 0; n < 500; n++) emit(n);
    while (received.length < 500) {
      const response = await fetch(url);
      received.push(((await response.json()) as { n: number }).n);
      url = nextOf(response);
    }
    expect(received).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it("take the Last-Event-ID of an event stream for a cursor", async () => {
    const url = `${await start()}/events/reading${POLL}`;
    const cursor = new URL(nextOf(await fetch(url, { method: "HEAD" }))).searchParams.get("after");
    for (const n of [1, 2]) emit(n);
    const response = await fetch(url, { headers: { "last-event-id": cursor ?? "" } });
    expect(await response.json()).toEqual({ n: 1 });
  });

  it("remember a client that sends no cursor, from its handshake on", async () => {
    const url = `${await start()}/events/reading${POLL}`;
    await fetch(url, { method: "HEAD" });
    const received: unknown[] = [];
    for (let n = 0; n < 100; n++) emit(n);
    for (let n = 0; n < 100; n++) received.push(await (await fetch(url)).json());
    expect(received).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })));
  });

  it("give every notification to each of several such clients", async () => {
    const url = `${await start()}/events/reading${POLL}`;
    const clients = ["one", "two", "two"].map((name) => ({
      headers: { "user-agent": name },
      received: [] as unknown[],
    }));
    const polls = clients.map(async ({ headers, received }) => {
      while (received.length < 30) received.push(await (await fetch(url, { headers })).json());
    });
    await until("all to wait", () => waiting() === 3);
    for (let n = 0; n < 30; n++) {
      emit(n);
      await until("all to have it", () => clients.every(({ received }) => received.length > n));
    }
    await Promise.all(polls);
    const wanted = Array.from({ length: 30 }, (_, n) => ({ n }));
    for (const { received } of clients) expect(received).toEqual(wanted);
  });

  it("end with 204 when nothing comes in time, and the cursor stays good", async () => {
    const url = `${await start({ longPollTimeoutMs: 20 })}/events/reading${POLL}`;
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    emit(9);
    expect(await (await fetch(nextOf(response))).json()).toEqual({ n: 9 });
  });

  it("wait as long as the client prefers, but no longer than the server allows", async () => {
    const url = `${await start({ longPollTimeoutMs: 60_000 })}/events/reading${POLL}`;
    const headers = { prefer: "handling=lenient, wait=0" };
    const response = await fetch(url, { headers });
    expect([response.status, response.headers.get("preference-applied")]).toEqual([204, "wait=0"]);
    await rig.stop();
    const quick = `${await start({ longPollTimeoutMs: 10 })}/events/reading${POLL}`;
    expect((await fetch(quick, { headers: { prefer: "wait=3600" } })).status).toBe(204);
  });

  it("start anew with a cursor of another run, or none at all", async () => {
    const url = `${await start()}/events/reading${POLL}`;
    await fetch(url, { method: "HEAD" });
    emit(1);
    for (const after of ["old-1", "1", "-", "", "x-99999999999999999999"]) {
      const polling = fetch(`${url}&after=${after}`);
      await until("the poll to wait", () => waiting() === 1);
      emit(2);
      expect(await (await polling).json()).toEqual({ n: 2 });
    }
  });

  it("carry changes of a property, and an event without data as an empty body", async () => {
    const base = await start();
    const changed = fetch(`${base}/properties/counter${POLL}`);
    const pinged = fetch(`${base}/events/ping${POLL}`);
    await until("both to wait", () => waiting() === 2);
    await rig.controls.setCounter(6);
    rig.thing.emitEvent("ping", undefined as never);
    expect(await (await changed).json()).toBe(6);
    const ping = await pinged;
    expect([ping.status, await ping.text()]).toEqual([200, ""]);
  });

  it("are refused beyond the limit with 503, and not acceptable in XML with 406", async () => {
    const url = `${await start({ maxSubscribers: 1 })}/events/reading${POLL}`;
    const polling = fetch(url);
    await until("the poll to wait", () => waiting() === 1);
    expect((await fetch(url)).status).toBe(503);
    expect((await fetch(url, { headers: { accept: "text/xml" } })).status).toBe(406);
    emit(1);
    expect((await polling).status).toBe(200);
  });

  it("end with 404 when the Thing goes, and free what a client that left held", async () => {
    const url = `${await start()}/events/reading${POLL}`;
    const abort = new AbortController();
    const leaving = fetch(url, { signal: abort.signal }).catch(() => undefined);
    await until("the poll to wait", () => waiting() === 1);
    abort.abort();
    await leaving;
    await until("the server to free it", () => waiting() === 0);
    const polling = fetch(url);
    await until("the poll to wait", () => waiting() === 1);
    await rig.thing.destroy();
    const response = await polling;
    expect([response.status, response.headers.get("content-type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  });

  it("break when the server stops, so that the client comes again", async () => {
    const url = `${await start()}/events/reading${POLL}`;
    const polling = fetch(url).then(
      ({ status }) => status,
      () => "broken",
    );
    await until("the poll to wait", () => waiting() === 1);
    await rig.server.stop();
    expect(await polling).toBe("broken");
    await until("the server to free it", () => waiting() === 0);
  });

  it("outlast the time a Thing's answer may take", async () => {
    const url = `${await start({ responseTimeoutMs: 50 })}/events/reading${POLL}`;
    const polling = fetch(url);
    await until("the poll to wait", () => waiting() === 1);
    // An ordinary request that hangs has been given up by then.
    const slow = await fetch(url.replace(/events.*/, "actions/slow"), { method: "POST" });
    expect(slow.status).toBe(504);
    emit(1);
    expect(await (await polling).json()).toEqual({ n: 1 });
  });

  it("serve node-wot's own client: every event of a burst, in order", async () => {
    await start();
    const { td } = rig;
    for (const event of Object.values(td.events ?? {})) {
      event.forms = (event.forms as Form[]).filter(
        (form) => form.subprotocol === "longpoll",
      ) as never;
    }
    const servients = [new Servient(), new Servient()];
    const all = await Promise.all(
      servients.map(async (servient) => {
        servient.addClientFactory(new HttpClientFactory());
        const thing = await (await servient.start()).consume(td);
        const received: unknown[] = [];
        let tail = Promise.resolve();
        const subscription = await thing.subscribeEvent("reading", (output) => {
          tail = tail.then(async () => {
            received.push(await output.value());
          });
        });
        return { received, subscription };
      }),
    );
    const [first] = all;
    await until("both to wait", () => waiting() === 2);
    for (let n = 0; n < 50; n++) {
      emit(n);
      await until("both to have it", () => all.every(({ received }) => received.length > n));
    }
    await until("both to wait again", () => waiting() === 2);
    await all[1]?.subscription.stop();
    await until("one to be gone", () => waiting() === 1);
    for (let n = 50; n < 100; n++) emit(n);
    await until("the burst", () => first?.received.length === 100);
    expect(first?.received).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })));
    await first?.subscription.stop();
    await until("the server to free it", () => waiting() === 0);
    for (const servient of servients) await servient.shutdown();
  });
});
