import { afterAll, beforeAll, jest } from "@jest/globals";
import { describeClients } from "./clients";
import { describeDescriptions } from "./descriptions";
import { describeOrder } from "./order";
import { describePolling } from "./polling";
import { RunningFactory } from "./running-factory";

jest.setTimeout(180_000);

/** Of the links' burst model: at this time scale a step each 4 ms. `describeOrder` says why. */
const BURST_INTERVAL_MS = 20;

const factory = new RunningFactory();
beforeAll(() => factory.start(BURST_INTERVAL_MS, "--time-scale", "0.2"));
afterAll(() => factory.stop());

describeDescriptions(factory);
describeClients(factory);
describePolling(factory);
describeOrder(factory);
