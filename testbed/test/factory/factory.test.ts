import { afterAll, beforeAll, jest } from "@jest/globals";
import { describeDescriptions } from "./descriptions";
import { RunningFactory } from "./running-factory";

jest.setTimeout(180_000);

const factory = new RunningFactory();
beforeAll(() => factory.start("--time-scale", "0.2"));
afterAll(() => factory.stop());

describeDescriptions(factory);
