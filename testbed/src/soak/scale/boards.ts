import {
  createRng,
  DeviceTimeoutError,
  Link,
  type LinkSettings,
  startServient,
  systemClock,
} from "@fogwot/core";
import { instantiate } from "@fogwot/thing-descriptions";
import { serve } from "../../programs/serve";

/** Emulated boards in this process, each a Device Thing over HTTP behind a link of its own. */
export interface BoardsConfig {
  readonly site: string;
  /** One board for each. */
  readonly links: readonly LinkSettings[];
  readonly seed: number;
  readonly timeScale: number;
  /** t_interval, unscaled ms: bursts advance once in it. */
  readonly intervalMs: number;
}

export interface BoardsReport {
  readonly tds: readonly { readonly id: string }[];
}

serve<BoardsConfig, BoardsReport>("soak-boards", async (config) => {
  const { site, links, seed, timeScale, intervalMs } = config;
  const servient = await startServient({ name: "soak-boards", clients: [], http: { port: 0 } });
  const values = { site, node: "boards", wsn: "wifi" };
  const model = instantiate("climate-dht11", { ...values, id: "board", title: "board" });
  const expose = async (settings: LinkSettings, n: number) => {
    const id = `board-${n}`;
    const rng = createRng(seed, "link", id);
    const link = new Link({ settings, rng, clock: systemClock, timeScale, intervalMs });
    const init = structuredClone(model) as object;
    const thing = await servient.wot.produce(
      Object.assign(init, { id: `urn:fogwot:${site}:${id}`, title: id }) as never,
    );
    thing.setPropertyReadHandler("status", async () => "online");
    thing.setActionHandler("getData", async (input) => {
      const { timeoutMs = 500 } = ((await input?.value()) ?? {}) as { timeoutMs?: number };
      const { lost, delayMs } = link.exchange();
      await systemClock.sleep(lost ? timeoutMs : delayMs);
      if (lost) throw new DeviceTimeoutError(id, timeoutMs);
      const timestamp = new Date().toISOString();
      const read = { temperature: 21.5, humidity: 40 };
      return { deviceId: id, values: read, timestamp, ageMs: 0, deviceRttMs: delayMs };
    });
    await thing.expose();
    return thing.getThingDescription() as unknown as { id: string };
  };
  const tds = await Promise.all(links.map(expose));
  return { report: { tds }, stop: () => servient.stop() };
});
