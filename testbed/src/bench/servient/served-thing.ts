import { type Program, type RunningServient, runProgram, startServient } from "@fogwot/core";

/** The child process of one server under load: our bindings, or bare node-wot with its own. */
export interface ServedThingConfig {
  readonly implementation: "own" | "stock";
}

export interface ServedThingReport {
  /** Where the property is read. */
  readonly httpUrl: string;
  readonly coapUrl: string;
}

const TEMPERATURE = 21.5;

const program: Program<ServedThingConfig, ServedThingReport> = {
  async start({ implementation }) {
    const stock = implementation === "stock";
    const servient = await startServient({
      name: `bench-${implementation}`,
      http: { port: 0, stock },
      coap: { port: 0, stock },
      clients: [],
    });
    const thing = await servient.wot.produce({
      title: "bench",
      id: "urn:fogwot:bench",
      securityDefinitions: { nosec_sc: { scheme: "nosec" } },
      security: ["nosec_sc"],
      properties: { temperature: { type: "number", readOnly: true } },
    });
    thing.setPropertyReadHandler("temperature", async () => TEMPERATURE);
    await thing.expose();
    return { report: report(thing), stop: () => stopQuietly(servient) };
  },
};

/** Stock servers reject or hang when they are stopped with connections open; the process ends anyway. */
async function stopQuietly(servient: RunningServient): Promise<void> {
  const stopped = servient.stop().catch(() => undefined);
  await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, STOP_LIMIT_MS))]);
}

const STOP_LIMIT_MS = 500;

function report(thing: { getThingDescription(): unknown }): ServedThingReport {
  const td = thing.getThingDescription() as {
    base?: string;
    properties: { temperature: { forms: { href: string }[] } };
  };
  const hrefs = td.properties.temperature.forms.map((form) => new URL(form.href, td.base).href);
  const find = (scheme: string): string =>
    hrefs.find((href) => href.startsWith(`${scheme}:`)) ?? "";
  return { httpUrl: find("http"), coapUrl: find("coap") };
}

runProgram("testbed:bench-thing", program);
