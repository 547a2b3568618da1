import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { LivingSite } from "../../src/soak/site/living-site";
import { withPerfectLinks } from "../../src/soak/site/site-copy";
import { Mosquitto } from "./mosquitto";
import { runProgram, type Said } from "./program";

jest.setTimeout(90_000);

const LOGIN = { username: "plant", password: "not for everybody" };
const STATUS = "fogwot/wifi/fog-wifi/wifi-1/properties/status";

let broker: Mosquitto;
let site: LivingSite;

beforeAll(async () => {
  broker = await Mosquitto.start(LOGIN);
  const { username } = LOGIN;
  const passwordFile = broker.writePasswordFile();
  site = await LivingSite.start({
    site: (wifi) => ({
      ...wifi,
      broker: {
        embedded: false,
        port: 0,
        insecure: false,
        url: broker.url,
        username,
        passwordFile,
      },
      mashup: { ...wifi.mashup, binding: "mqtt" },
    }),
    emulation: withPerfectLinks,
  });
});
afterAll(async () => {
  const { summary } = await site.stop();
  await broker.stop();
  expect(summary?.answered.mqtt).toBe(5);
  expect(summary?.pdr).toBeGreaterThan(0);
});

/** Waits for the retained status to become what is wanted, as a client with credentials sees it. */
function subscribe(...args: string[]): Promise<Said> {
  const at = ["-h", "127.0.0.1", "-p", String(broker.port), "-t", STATUS, "-W", "20"];
  return runProgram("mosquitto_sub", ...at, ...args);
}

describe("a broker that asks for a password", () => {
  it("is used by the fog node, the mash-up and the command alike, and by nobody without", async () => {
    const login = ["-u", LOGIN.username, "-P", LOGIN.password];
    expect((await subscribe("-C", "1", ...login)).stdout.trim()).toBe('"online"');
    expect((await subscribe("-C", "1")).code).not.toBe(0);
  });

  it("says offline for the Things of a fog node that was killed, and online when it is back", async () => {
    const login = ["-u", LOGIN.username, "-P", LOGIN.password];
    const heard = subscribe("-C", "3", ...login);
    const [control] = site.attached.controls;
    const status = await control?.api.request<{ children: { name: string; pid: number }[] }>(
      "GET",
      "/status",
    );
    const node = status?.children.find(({ name }) => name === "fog-wifi");
    process.kill(node?.pid as number, "SIGKILL");
    expect((await heard).stdout.trim().split("\n")).toEqual(['"online"', '"offline"', '"online"']);
  });
});
