import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadSite, packageRoot, type Site, systemClock, WaitTimeoutError } from "@fogwot/core";
import { ensureBoardBuilt } from "../../../emulation/board-build";
import { planSite } from "../../../site-run/site-plan";
import { SiteRun } from "../../../site-run/site-run";
import { RobotEnd } from "./robot-end";
import { type StandingPerson, standingPerson } from "./standing-person";

const SITES = path.join(packageRoot(__dirname), "sites");
/** Too near for a robot that moves, and far enough for one that stands. */
const PERSON = { x: 0, y: 6_000 };
/** Degrees that axis 1 turns in a pose interval: nearly as fast as it can. */
const TURN = 6.5;
const READY_LIMIT_MS = 60_000;
const SETTLE_MS = 100;

type Settings = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** The whole site of the robot's cell, with the robot's end of the line and the camera in our hands. */
export class CellRig {
  readonly run: SiteRun;
  readonly #folder: string;
  readonly #robot: RobotEnd;
  readonly #person: StandingPerson;
  #turn = 0;

  private constructor(folder: string, robot: RobotEnd, person: StandingPerson, siteFile: string) {
    this.#folder = folder;
    this.#robot = robot;
    this.#person = person;
    this.run = new SiteRun({
      plan: planSite({ siteFile, portBase: 0 }),
      stateDirectory: path.join(folder, "state"),
      startsSensing: false,
    });
  }

  static async open(): Promise<CellRig> {
    await ensureBoardBuilt();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fogwot-stop-"));
    const robot = new RobotEnd(path.join(folder, "line"));
    const person = await standingPerson(PERSON);
    const siteFile = path.join(folder, "site.yaml");
    const site = cell(robot.line.path, person.address);
    // JSON is YAML.
    fs.writeFileSync(siteFile, JSON.stringify(site));
    const rig = new CellRig(folder, robot, person, siteFile);
    try {
      await robot.line.plugIn();
      await rig.run.start();
      await rig.#ready();
    } catch (error) {
      await rig.close();
      throw error;
    }
    return rig;
  }

  /**
   * Robot and person are near enough for a robot that moves: a pose that moves is a stop, and one that
   * stands is the end of it.
   * @returns ms of each stop; null for one that did not come
   */
  async stop(): Promise<number | null> {
    await this.#robot.sendPose(this.#turn);
    await systemClock.sleep(SETTLE_MS / 10);
    this.#turn = this.#turn === 0 ? TURN : 0;
    return this.#robot.stopAfter(this.#turn);
  }

  /** @returns ms from the request to its acknowledgement */
  async configure(settings: Settings): Promise<number> {
    const beganAtMs = systemClock.monotonicMs();
    const response = await fetch(`${this.tdUrl("fog-cell")}/properties/processorSettings`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(settings),
    });
    await response.arrayBuffer();
    return response.ok ? systemClock.monotonicMs() - beganAtMs : Number.POSITIVE_INFINITY;
  }

  async settings(): Promise<Settings> {
    const response = await fetch(`${this.tdUrl("fog-cell")}/properties/processorSettings`);
    return (await response.json()) as Settings;
  }

  tdUrl(name: string): string {
    const things = this.run.info.nodes[0]?.things ?? [];
    return things.find(({ tdUrl }) => tdUrl.endsWith(`/${name}`))?.tdUrl ?? "";
  }

  async close(): Promise<void> {
    await this.run.stop();
    await this.#robot.line.unplug();
    this.#person.stop();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Line open, processors there, person seen. @throws WaitTimeoutError */
  async #ready(): Promise<void> {
    const untilMs = systemClock.monotonicMs() + READY_LIMIT_MS;
    while ((await this.stop()) === null) {
      if (systemClock.monotonicMs() > untilMs) {
        throw new WaitTimeoutError("a stop of the robot", READY_LIMIT_MS);
      }
    }
  }
}

/** The shipped site on a line and a camera of ours; with the irrigation's processor, to be calibrated. */
function cell(line: string, tracker: string): Site {
  const site = loadSite(path.join(SITES, "robot-cell", "site.yaml"));
  const field = loadSite(path.join(SITES, "irrigation", "site.yaml"));
  const [irrigation] = field.nodes[0]?.processors ?? [];
  return {
    ...site,
    nodes: site.nodes.map((node) => ({
      ...node,
      networks: node.networks.map((network) =>
        network.driver === "rs232"
          ? { ...network, settings: { ...network.settings, path: line } }
          : {
              ...network,
              devices: network.devices.map((device) => ({ ...device, address: tracker })),
            },
      ),
      processors: [
        ...node.processors,
        ...(irrigation ? [{ ...irrigation, from: [], to: [], gpio: {} }] : []),
      ],
    })),
  };
}
