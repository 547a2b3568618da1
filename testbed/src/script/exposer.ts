import {
  CoapBindingServer,
  HttpBindingServer,
  type Logger,
  PortInUseError,
  type RunningServient,
  type ScriptingApi,
  systemClock,
} from "@fogwot/core";
import type * as Fog from "@fogwot/fog";

/** Where node-wot's examples look for each other. */
const USUAL_PORTS = { http: 8080, coap: 5683 };

export interface ExposerOptions {
  readonly servient: RunningServient["servient"];
  readonly wot: ScriptingApi;
  readonly log: Logger;
  /** undefined: the usual one, or a free one where that is taken. */
  readonly ports: { readonly http: number | undefined; readonly coap: number | undefined };
  /** Told of every Thing that was exposed, and where. */
  readonly onExposed: (title: string, url: string) => void;
  /** The site's directory, where Things are while they are exposed. */
  readonly directory?: Pick<Fog.RegistrationOptions, "url" | "proof" | "ca">;
}

type ExposedThing = Awaited<ReturnType<ScriptingApi["produce"]>>;

interface Server {
  getPort(): number;
  stop(): Promise<void>;
}

/**
 * Serves the Things that a script exposes, on this machine only: from the first of them until the last
 * one is destroyed.
 */
export class Exposer {
  readonly #options: ExposerOptions;
  readonly #exposed = new Set<ExposedThing>();
  /** Starts and stops, one after the other. */
  #tail: Promise<Server[]> = Promise.resolve([]);
  readonly #described = new Map<ExposedThing, Fog.RegisteredThing>();
  #registration: Fog.Registration | undefined;

  constructor(options: ExposerOptions) {
    this.#options = options;
  }

  /** A Scripting API whose `produce` has servers. */
  get wot(): ScriptingApi {
    const { wot } = this.#options;
    const produce: ScriptingApi["produce"] = async (init) => this.#served(await wot.produce(init));
    return Object.assign(Object.create(wot) as ScriptingApi, { produce });
  }

  #served(thing: ExposedThing): ExposedThing {
    const expose = thing.expose.bind(thing);
    const destroy = thing.destroy.bind(thing);
    return Object.assign(thing, {
      expose: async () => {
        this.#exposed.add(thing);
        const [http] = await this.#settle();
        await expose();
        const td = thing.getThingDescription();
        const { title, properties = {}, actions = {}, events = {} } = td;
        if (td.id !== undefined) this.#described.set(thing, { id: td.id, td });
        this.#register();
        const all = [properties, actions, events].flatMap((kind) => Object.values(kind));
        const url = `http://127.0.0.1:${http?.getPort()}`;
        this.#options.onExposed(title, urlOfThing(url, all));
      },
      destroy: async () => {
        await destroy();
        this.#exposed.delete(thing);
        const known = this.#described.get(thing);
        this.#described.delete(thing);
        if (known) await this.#registration?.remove(known.id);
        // Its timer would keep the script.
        if (this.#exposed.size === 0) await this.close();
        await this.#settle();
      },
    });
  }

  /** Takes every Thing out of the directory. Idempotent. */
  async close(): Promise<void> {
    const registration = this.#registration;
    this.#registration = undefined;
    await registration?.stop();
  }

  #register(): void {
    const { directory, log } = this.#options;
    if (!directory) return;
    if (this.#registration) {
      this.#registration.refresh();
      return;
    }
    // Most scripts expose nothing, and start sooner without it.
    const { Registration } = require("@fogwot/fog") as typeof Fog;
    const descriptions = () => [...this.#described.values()];
    this.#registration = new Registration({ ...directory, descriptions, clock: systemClock, log });
    this.#registration.start();
  }

  #settle(): Promise<Server[]> {
    this.#tail = this.#tail.then(async (running) => {
      if (this.#exposed.size > 0) return running.length > 0 ? running : this.#start();
      await Promise.all(running.map((server) => server.stop()));
      return [];
    });
    return this.#tail;
  }

  async #start(): Promise<Server[]> {
    const { servient, ports } = this.#options;
    const http = await onPort(ports.http, USUAL_PORTS.http, async (port) => {
      const server = new HttpBindingServer({ port });
      await server.start(servient);
      return server;
    });
    const coap = await onPort(ports.coap, USUAL_PORTS.coap, async (port) => {
      const server = new CoapBindingServer({ port });
      await server.start();
      return server;
    });
    servient.addServer(http);
    servient.addServer(coap);
    return [http, coap];
  }
}

async function onPort<T>(
  wanted: number | undefined,
  usual: number,
  open: (port: number) => Promise<T>,
): Promise<T> {
  try {
    return await open(wanted ?? usual);
  } catch (error) {
    if (wanted !== undefined || !(error instanceof PortInUseError)) throw error;
    return open(0);
  }
}

/** Where the Thing Description is: what all hrefs of the server begin with. */
function urlOfThing(
  server: string,
  affordances: readonly { readonly forms?: readonly { readonly href?: string }[] }[],
): string {
  const hrefs = affordances.flatMap(({ forms = [] }) => forms.map(({ href = "" }) => href));
  const own = hrefs.find((href) => href.startsWith(`${server}/`));
  return own?.replace(/\/(properties|actions|events)\/[^/]*$/, "") ?? `${server}/`;
}
