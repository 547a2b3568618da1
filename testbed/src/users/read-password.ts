import { StringDecoder } from "node:string_decoder";
import { InterruptedError, UsageError } from "../errors";

const SHORTEST = 8;
const LONGEST = 1_024;

export interface PasswordSource {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: Pick<NodeJS.WriteStream, "write">;
}

/**
 * A password from the first line of stdin, or asked for twice on a terminal that does not show it.
 * Never from the command line, which every user of the machine can read.
 *
 * @throws UsageError when it is too short, InterruptedError by Ctrl-C
 */
export async function readPassword(
  name: string,
  { stdin, stderr }: PasswordSource = process,
): Promise<string> {
  if (!stdin.isTTY) return checked(await firstLine(stdin));
  const password = checked(await ask(`password of ${name}: `, stdin, stderr));
  if ((await ask("once more: ", stdin, stderr)) === password) return password;
  throw new UsageError("these were two different passwords");
}

function checked(password: string): string {
  if (password.length < SHORTEST || password.length > LONGEST) {
    throw new UsageError(`a password has ${SHORTEST} to ${LONGEST} characters`);
  }
  return password;
}

async function firstLine(stdin: NodeJS.ReadStream): Promise<string> {
  let text = "";
  const decoder = new StringDecoder("utf8");
  for await (const chunk of stdin) {
    text += decoder.write(chunk as Buffer);
    if (text.includes("\n") || text.length > 2 * LONGEST) break;
  }
  return (text.split("\n")[0] ?? "").replace(/\r$/, "");
}

const ENTER = new Set(["\r", "\n", "\u0004"]);
const BACKSPACE = new Set(["\u007f", "\b"]);
const INTERRUPT = "\u0003";

function ask(
  prompt: string,
  stdin: NodeJS.ReadStream,
  stderr: PasswordSource["stderr"],
): Promise<string> {
  stderr.write(prompt);
  stdin.setRawMode(true);
  stdin.resume();
  const decoder = new StringDecoder("utf8");
  const typed: string[] = [];
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      stdin.off("data", onData);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
      settle();
    };
    const onData = (chunk: Buffer): void => {
      for (const character of decoder.write(chunk)) {
        if (character === INTERRUPT) {
          end(() => reject(new InterruptedError("no password was given")));
          return;
        }
        if (ENTER.has(character)) {
          end(() => resolve(typed.join("")));
          return;
        }
        if (BACKSPACE.has(character)) typed.pop();
        else typed.push(character);
      }
    };
    stdin.on("data", onData);
  });
}
