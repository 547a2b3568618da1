/** Where a command writes. With `--json` stdout ends in exactly one JSON object. */
export interface Output {
  readonly isJson: boolean;
  /** Whether a person watches stdout. */
  readonly isTerminal: boolean;
  /** A line for a person: stdout, or nothing with `--json`. */
  line(text?: string): void;
  /** A line that stands on stdout in both modes, for those who wait for it. */
  announce(text: string): void;
  /** A remark beside the result: always stderr. */
  note(text: string): void;
  /** Text that is the result itself (a CSV, a schema), as it is, without `--json`. */
  raw(text: string): void;
  /** The command's result: printed as one JSON line with `--json`, else nothing. */
  result(value: object): void;
  /** A progress line on a terminal's stderr, redrawn in place; nothing elsewhere. */
  progress(text: string): void;
  /** Removes the progress line. */
  endProgress(): void;
}

export function createOutput(
  isJson: boolean,
  streams: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream } = process,
): Output {
  const { stdout, stderr } = streams;
  let hasProgress = false;
  const endProgress = (): void => {
    if (!hasProgress) return;
    hasProgress = false;
    stderr.write("\r\u001b[2K");
  };
  const print = (stream: NodeJS.WriteStream, text: string): void => {
    endProgress();
    stream.write(text);
  };
  return {
    isJson,
    isTerminal: stdout.isTTY === true && !isJson,
    line: (text = "") => {
      if (!isJson) print(stdout, `${text}\n`);
    },
    announce: (text) => print(stdout, `${text}\n`),
    note: (text) => print(stderr, `${text}\n`),
    raw: (text) => {
      if (!isJson) print(stdout, text);
    },
    result: (value) => {
      if (isJson) print(stdout, `${JSON.stringify(value)}\n`);
    },
    progress: (text) => {
      if (stderr.isTTY !== true) return;
      hasProgress = true;
      const width = Math.max(20, (stderr.columns ?? 80) - 1);
      stderr.write(`\r\u001b[2K${text.slice(0, width)}`);
    },
    endProgress,
  };
}
