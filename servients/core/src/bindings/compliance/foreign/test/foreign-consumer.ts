import { afterAll, afterEach, beforeAll } from "@jest/globals";
import type * as WoT from "wot-typescript-definitions";
import { type RunningServient, startServient } from "../../../../servient";
import {
  answering,
  type ForeignServer,
  type Route,
  routedServer,
} from "../../../http/testing/foreign-server";

export const json = { "Content-Type": "application/json" };
export const value = (of: unknown): Route => answering(200, json, JSON.stringify(of));

export const nosec = {
  securityDefinitions: { nosec_sc: { scheme: "nosec" } },
  security: "nosec_sc",
};

/** A consumer of ours for the tests of a file, and one HTTP server per test that knows no WoT. */
export function foreignConsumer() {
  let consumer: RunningServient;
  let server: ForeignServer | undefined;
  beforeAll(async () => {
    consumer = await startServient({ name: "consumer", requestTimeoutMs: 2_000 });
  });
  afterAll(() => consumer.stop());
  afterEach(() => server?.stop());
  return {
    /** @returns its base URL */
    async serve(routes: Record<string, Route>): Promise<string> {
      server = await routedServer(routes).start();
      return server.url;
    },
    /** What the server was asked, in order. */
    requests: () => server?.requests ?? [],
    addCredentials: (credentials: object) => consumer.servient.addCredentials(credentials as never),
    consume: (td: object) => consumer.wot.consume(td as WoT.ThingDescription),
  };
}

export const outputOf = async (
  output: Promise<WoT.InteractionOutput | undefined>,
): Promise<unknown> => (await output)?.value();
