import { type LinkSettings, NotFoundError, type Supervisor } from "@fogwot/core";
import type { EmulationRequest, LinkState } from "../emulation/program";
import { EMULATION } from "./children";
import type { SitePlan } from "./site-plan";

const ANSWER_LIMIT_MS = 2_000;

/** What can be done to the link of a device while the site runs. */
export type LinkChange =
  | { readonly op: "set"; readonly settings: Partial<LinkSettings> }
  | { readonly op: "cut" | "restore" };

/**
 * Links of a running site: an emulated device's link is the emulation's, a real device's is the
 * packet filter in front of its driver.
 */
export class LinkControl {
  readonly #supervisor: Supervisor;
  readonly #plan: SitePlan;

  constructor(supervisor: Supervisor, plan: SitePlan) {
    this.#supervisor = supervisor;
    this.#plan = plan;
  }

  async list(): Promise<LinkState[]> {
    const emulated = this.#plan.emulation ? await this.#askEmulation({ op: "link.list" }) : [];
    const known = new Set(emulated.map((link) => link.device));
    const filters = await Promise.all([...this.#plan.nodes].map((node) => this.#filtersOf(node)));
    return [...emulated, ...filters.flat().filter((link) => !known.has(link.device))].sort((a, b) =>
      a.device.localeCompare(b.device),
    );
  }

  /** @throws NotFoundError, RemoteError of the process that owns the link */
  async change(device: string, change: LinkChange): Promise<LinkState> {
    if (this.#plan.boards[device] !== undefined) return this.#changeEmulated(device, change);
    const node = this.#plan.site.nodes.find((one) =>
      one.networks.some((network) => network.devices.some(({ id }) => id === device)),
    );
    if (!node || !this.#plan.nodes.has(node.name)) throw new NotFoundError(`device ${device}`);
    await this.#supervisor.request(
      node.name,
      { op: "filter.set", device, settings: this.#filterSettings(device, change) },
      ANSWER_LIMIT_MS,
    );
    const state = (await this.#filtersOf(node.name)).find((link) => link.device === device);
    if (!state) throw new NotFoundError(`packet filter of ${device}`);
    return state;
  }

  async #changeEmulated(device: string, change: LinkChange): Promise<LinkState> {
    const [state] = await this.#askEmulation(
      change.op === "set"
        ? { op: "link.set", device, settings: change.settings }
        : { op: change.op === "cut" ? "link.cut" : "link.restore", device },
    );
    if (!state) throw new NotFoundError(`link of ${device}`);
    return state;
  }

  /** A real link has no profile to go back to but the site file's filter, or none. */
  #filterSettings(device: string, change: LinkChange): Partial<LinkSettings> {
    if (change.op === "set") return change.settings;
    if (change.op === "cut") return { cut: true };
    const declared = this.#plan.site.nodes
      .flatMap((node) => node.networks.flatMap((network) => network.devices))
      .find(({ id }) => id === device)?.filter;
    return { cut: false, filterLoss: 0, extraDelayMs: 0, extraLoss: 0, ...declared };
  }

  async #askEmulation(request: EmulationRequest): Promise<LinkState[]> {
    return (await this.#supervisor.request(EMULATION, request, ANSWER_LIMIT_MS)) as LinkState[];
  }

  async #filtersOf(node: string): Promise<LinkState[]> {
    const answer = await this.#supervisor.request(node, { op: "filter.list" }, ANSWER_LIMIT_MS);
    return Object.entries(answer as Record<string, LinkSettings>).map(([device, settings]) => ({
      device,
      where: "driver",
      settings,
      sent: null,
      lost: null,
    }));
  }
}
