import { InputError } from "../../src/errors";
import { runProgram, Supervisor } from "../../src/process";

/** A child for the Supervisor's tests: says what it was told, and misbehaves on request. */
interface EchoConfig {
  readonly word: string;
  readonly failToStart?: boolean;
  readonly grandchild?: boolean;
  readonly ignoreStop?: boolean;
}

runProgram<EchoConfig, { word: string; grandchildPid: number | undefined }>("test:echo", {
  async start(config, { clock, log, signal, send }) {
    if (config.failToStart) {
      throw new InputError({ path: "/word", got: config.word, wanted: "a better word" });
    }
    const supervisor = new Supervisor({ clock, log });
    if (config.grandchild) {
      await supervisor.start({ name: "grandchild", entry: __filename, config: { word: "small" } });
    }
    return {
      report: { word: config.word, grandchildPid: supervisor.children()[0]?.pid },
      stop: () => (config.ignoreStop ? new Promise(() => undefined) : supervisor.stop()),
      async onMessage(message) {
        if (message === "exit") process.exit(3);
        if (message === "refuse")
          throw new InputError({ path: "", got: message, wanted: "kindness" });
        if (message === "shout") send("SHOUTED");
        if (message === "hang") return new Promise(() => undefined);
        return { heard: message, isStopping: signal.aborted };
      },
    };
  },
});
