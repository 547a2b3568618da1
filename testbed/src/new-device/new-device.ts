import * as fs from "node:fs";
import * as path from "node:path";
import { packageRoot } from "@fogwot/core";
import { repositoryRoot } from "../emulation/board-build";
import { UsageError } from "../errors";
import { vectorsOf } from "./vectors";

export interface NewDeviceOptions {
  /** Of the device type: its folder, its Thing Model, its firmware. */
  readonly name: string;
  /** What it measures, as its Thing calls it. */
  readonly property: string;
  /** QUDT, with prefix: `qudt-unit:PERCENT`. */
  readonly unit: string;
  /** In the unit, whole numbers. */
  readonly minimum: number;
  readonly maximum: number;
  /** @default the repository that this program is part of */
  readonly root?: string;
}

export interface MadeDevice {
  readonly type: string;
  /** Relative to the repository, in the order of the board's way to the Web. */
  readonly files: readonly string[];
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const PROPERTY = /^[a-z][A-Za-z0-9]{0,62}$/;
const UNIT = /^qudt-unit:[A-Za-z0-9_-]+$/;
const KEYWORD =
  /^(auto|break|case|char|const|continue|default|do|double|else|enum|extern|float|for|goto|if|inline|int|long|register|restrict|return|short|signed|sizeof|static|struct|switch|typedef|union|unsigned|void|volatile|while)$/;
/** In thousandths it must fit 32 bits. */
const LARGEST = 2_000_000;
/** The first quantity of a device type's own: firmware/core/frame.h. */
const QUANTITY = 16;

/** Template → where it goes: every place finds it there by its name. */
const FILES: readonly (readonly [template: string, target: string])[] = [
  ["sensor.h", "firmware/core/@NAME@.h"],
  ["sensor.c", "firmware/core/@NAME@.c"],
  ["sensor-test.c", "firmware/test/@NAME@-test.c"],
  ["emulation.c", "firmware/ports/posix/types/@NAME@.c"],
  ["model.tm.jsonld", "thing-descriptions/models/@NAME@.tm.jsonld"],
  ["index.ts", "servients/fog/src/devices/@NAME@/index.ts"],
  ["device.test.ts", "servients/fog/src/devices/@NAME@/@NAME@.test.ts"],
];
const VECTORS = "firmware/test/vectors/@NAME@.json";

/**
 * Writes everything that a device type of one sensor is, as files of its own: nothing that is there is
 * edited. It passes its tests as it is; what a user changes is what it measures.
 * @throws UsageError when a name cannot be one, or is taken
 */
export function newDevice(options: NewDeviceOptions): MadeDevice {
  check(options);
  const { name, root = repositoryRoot() } = options;
  const values = valuesOf(options);
  const templates = path.join(packageRoot(__dirname), "src", "new-device", "template");
  const made = FILES.map(([template, target]) => {
    const text = fs.readFileSync(path.join(templates, `${template}.template`), "utf8");
    return { file: filled(target, values), text: filled(text, values) };
  });
  made.push({ file: filled(VECTORS, values), text: vectorsOf({ ...options, quantity: QUANTITY }) });
  checkHeader(name, root);
  const taken = made.find(({ file }) => fs.existsSync(path.join(root, file)));
  if (taken) throw new UsageError(`new device ${name}: ${taken.file} is there; wanted a free name`);
  for (const { file, text } of made) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text, { flag: "wx" });
  }
  return { type: name, files: made.map(({ file }) => file) };
}

function check({ name, property, unit, minimum, maximum, root }: NewDeviceOptions): void {
  if (!NAME.test(name)) {
    throw new UsageError(
      `new device ${name}: wanted lower-case letters, digits and single hyphens, a letter first`,
    );
  }
  if (!PROPERTY.test(property) || isTaken(property, root)) {
    throw new UsageError(
      `new device: --property ${property}: wanted letters and digits, a small one first, and none that every device has`,
    );
  }
  if (!UNIT.test(unit)) {
    throw new UsageError(`new device: --unit ${unit}: wanted one of QUDT's, as qudt-unit:PERCENT`);
  }
  if (minimum >= maximum || Math.max(Math.abs(minimum), Math.abs(maximum)) > LARGEST) {
    throw new UsageError(
      `new device: ${minimum} to ${maximum}: wanted a minimum below the maximum, both within ±${LARGEST}`,
    );
  }
}

/** Its header must not hide another one, nor its struct be a word of C. */
function checkHeader(name: string, root: string): void {
  const folders = ["core", "test", "ports/posix"].map((folder) =>
    path.join(root, "firmware", folder),
  );
  if (KEYWORD.test(name) || folders.some((one) => fs.existsSync(path.join(one, `${name}.h`)))) {
    throw new UsageError(`new device ${name}: the firmware has that name; wanted a free one`);
  }
}

/** What the model of every device has is no quantity of one. */
function isTaken(property: string, root = repositoryRoot()): boolean {
  const file = path.join(root, "thing-descriptions", "models", "device.tm.jsonld");
  const model = JSON.parse(fs.readFileSync(file, "utf8")) as { properties: object };
  return property in model.properties;
}

function valuesOf(options: NewDeviceOptions): Readonly<Record<string, string>> {
  const { name, property, unit, minimum, maximum } = options;
  const snake = name.replaceAll("-", "_");
  const words = property.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return {
    NAME: name,
    SNAKE: snake,
    UPPER: snake.toUpperCase(),
    TITLE: capital(name.replaceAll("-", " ")),
    PROPERTY: property,
    LABEL: capital(words),
    UNIT: unit,
    MINIMUM: String(minimum),
    MAXIMUM: String(maximum),
    MINIMUM_MILLI: String(minimum * 1_000),
    MAXIMUM_MILLI: String(maximum * 1_000),
    QUANTITY: String(QUANTITY),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  // Only our own names: a Thing Model has words that begin with "@".
  return text.replace(/@([A-Z_]+)@/g, (whole, name: string) => values[name] ?? whole);
}
