import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Clock, createRng } from "@fogwot/core";
import { encodeArtifact } from "@fogwot/wasm";
import type { Publications } from "../../bench/wasm/publications";
import type { SoakCheck } from "../soak";
import { DeployerProcess } from "./deployer-process";
import { type Recovery, recover } from "./recover";

export interface PowerCutOptions {
  readonly publications: Publications;
  /** Its own: slots and publications. */
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

export interface PowerCutFigures {
  readonly kills: number;
  /** What the processes said was kept: checkpoints and deployments. */
  readonly checkpoints: number;
  readonly deployments: number;
  /** Kills after which a version on probation gave way to the one before it. */
  readonly onProbation: number;
  /** Kills that left a torn slot, which a file system that keeps its promises never does. */
  readonly torn: number;
  readonly lastFrame: number;
  readonly highestCounter: number;
  /** What was not as it should be, by the number of the kill. */
  readonly notStarted: readonly string[];
  readonly stateLost: readonly string[];
  readonly wentBack: readonly string[];
}

/** A commit takes some milliseconds: kills fall into any part of some of the first ones. */
const LONGEST_LIFE_MS = 150;
const NAMES_PER_LIFE = 12;

/** Deploys and keeps states in a process that is killed again and again, and looks at what is left. */
export async function runPowerCuts(options: PowerCutOptions): Promise<PowerCutFigures> {
  const { folder, kills, clock, signal, onProgress } = options;
  const rng = createRng(options.seed, "power-cut");
  const slots = path.join(folder, "slots");
  const { trust } = options.publications;
  const audit = new Audit();
  let spare = new DeployerProcess();
  try {
    for (let kill = 1; kill <= kills; kill++) {
      signal.throwIfAborted();
      onProgress?.(`kill ${kill}`);
      const deployer = spare;
      const names = writePublications(options, kill);
      const publications = path.join(folder, "publications");
      deployer.start({ slots, trust, publications, names, from: audit.last + 1 });
      await deployer.started();
      await clock.sleep(rng.next() * LONGEST_LIFE_MS);
      // Loads while the folder is looked at.
      spare = new DeployerProcess();
      await deployer.kill();
      await audit.look(kill, deployer, () => recover(slots, trust));
    }
  } finally {
    await spare.kill();
  }
  return audit.figures(kills);
}

function writePublications({ publications, folder }: PowerCutOptions, kill: number): string[] {
  const target = path.join(folder, "publications");
  mkdirSync(target, { recursive: true });
  return Array.from({ length: NAMES_PER_LIFE }, (_, index) => {
    const name = `${kill}-${index}`;
    writeFileSync(path.join(target, name), encodeArtifact(publications.next()));
    return name;
  });
}

class Audit {
  last = -1;
  readonly #notStarted: string[] = [];
  readonly #stateLost: string[] = [];
  readonly #wentBack: string[] = [];
  #generation = 0;
  #highestCounter = 0;
  #checkpoints = 0;
  #deployments = 0;
  #onProbation = 0;
  #torn = 0;

  async look(
    kill: number,
    { reports, complaint }: DeployerProcess,
    open: () => Promise<Recovery | undefined>,
  ): Promise<void> {
    const kept = Math.max(this.last, ...reports.slice(-1).map((report) => report.kept));
    const deployed = reports.flatMap(({ generation }) => generation ?? []);
    this.#deployments += deployed.length;
    this.#checkpoints += reports.length - deployed.length;
    if (complaint !== "") this.#notStarted.push(`${kill}: ${complaint}`);
    let found: Recovery | undefined;
    try {
      found = await open();
    } catch (error) {
      this.#notStarted.push(`${kill}: ${error}`);
      return;
    }
    if (!found) {
      // Nothing was ever said to be kept.
      if (this.#generation > 0 || reports.length > 0) this.#notStarted.push(`${kill}: nothing`);
      return;
    }
    const { last, isWhole, generation, highestCounter, wasOnProbation, passedOver } = found;
    if (!isWhole || last < kept) this.#stateLost.push(`${kill}: ${last}, kept ${kept}`);
    if (generation < Math.max(this.#generation, ...deployed)) {
      this.#wentBack.push(`${kill}: generation ${generation}, was ${this.#generation}`);
    }
    if (highestCounter < this.#highestCounter) {
      this.#wentBack.push(`${kill}: counter ${highestCounter}, was ${this.#highestCounter}`);
    }
    this.last = last;
    this.#generation = generation;
    this.#highestCounter = highestCounter;
    if (wasOnProbation) this.#onProbation++;
    if (passedOver.length > 0) this.#torn++;
  }

  figures(kills: number): PowerCutFigures {
    return {
      kills,
      checkpoints: this.#checkpoints,
      deployments: this.#deployments,
      onProbation: this.#onProbation,
      torn: this.#torn,
      lastFrame: this.last,
      highestCounter: this.#highestCounter,
      notStarted: this.#notStarted,
      stateLost: this.#stateLost,
      wentBack: this.#wentBack,
    };
  }
}

export function powerCutChecks(figures: PowerCutFigures): SoakCheck[] {
  const { kills, checkpoints, deployments, notStarted, stateLost, wentBack, onProbation } = figures;
  const said = (failures: readonly string[]): string => failures.slice(0, 3).join("; ") || "none";
  return [
    {
      claim: "after each kill a verified version starts",
      holds: notStarted.length === 0 && deployments > 0,
      found: `${kills} kills amid ${deployments} deployments, ${onProbation} on probation; failures: ${said(notStarted)}`,
    },
    {
      claim: "with the last state that was said to be kept, or a later one, whole",
      holds: stateLost.length === 0 && checkpoints > 0,
      found: `${checkpoints} checkpoints, up to frame ${figures.lastFrame}; failures: ${said(stateLost)}`,
    },
    {
      claim: "generation and counter never go back",
      holds: wentBack.length === 0,
      found: `counter ${figures.highestCounter}; failures: ${said(wentBack)}`,
    },
  ];
}
