import path from "node:path";
import { validateConfig } from "@fogwot/core/base";
import { Pty } from "../../serial/testing/pty";
import { temporaryFolder } from "../../testing/temporary-folder";
import { until } from "../../testing/until";
import { describeDriver } from "../compliance";
import type { DriverHarness } from "../compliance-harness";
import type { Driver } from "../driver";
import { loadDriver } from "../load-driver";

const ID = "robot";
const SAY_EVERY_MS = 10;
const SAYING = Buffer.from("0123456");
const LAST = 0xee;
/** A stream has no keep-alives to be missed: it is silent for so many of them. */
const SILENT_KEEP_ALIVES = 20;

/** A device that says something all the time, at the far end of a line. */
async function open(): Promise<DriverHarness> {
  const folder = temporaryFolder();
  const pty = await new Pty(path.join(folder.path, "line")).plugIn();
  let isSilent = false;
  let hasHeardLast = false;
  const timer = setInterval(() => {
    if (!isSilent && pty.isOpen) pty.write(SAYING);
  }, SAY_EVERY_MS);
  const { create, settings: schema } = loadDriver("rs232");
  return {
    ids: [ID],
    create: (context, { keepAliveMs }): Driver => {
      const silentMs = Math.min(60_000, keepAliveMs * SILENT_KEEP_ALIVES);
      const settings = validateConfig({ path: pty.path, silentMs }, schema, "test");
      const driver = create(
        { devices: [{ id: ID, address: "COM3" }], settings: settings as object as never },
        context,
      );
      driver.onData((data) => {
        if (data.kind === "bytes") hasHeardLast ||= data.bytes.includes(LAST);
      });
      return driver;
    },
    silence: async () => {
      isSilent = true;
      hasHeardLast = false;
      pty.write(Buffer.of(LAST));
      await until(() => hasHeardLast, "the device's last byte");
    },
    speak: () => {
      isSilent = false;
    },
    close: async () => {
      clearInterval(timer);
      await pty.unplug();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describeDriver("RS-232", open, { canMisbehave: false, delivers: "bytes" });
