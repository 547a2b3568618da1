import type fs from "node:fs/promises";

const newline = 0x0a;

/**
 * Calls back with every whole line of a file, from its beginning.
 *
 * @returns bytes up to the end of the last whole line
 */
export async function readLines(
  handle: fs.FileHandle,
  onLine: (line: string) => void,
): Promise<number> {
  const chunk = Buffer.alloc(1024 * 1024);
  let wholeBytes = 0;
  let rest: Buffer[] = [];
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return wholeBytes;
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0 && at < bytesRead; ) {
      rest.push(chunk.subarray(from, at));
      onLine(Buffer.concat(rest).toString("utf8"));
      rest = [];
      from = at + 1;
      wholeBytes = position + from;
      at = chunk.indexOf(newline, from);
    }
    // A copy: the next read overwrites the chunk.
    if (from < bytesRead) rest.push(Buffer.from(chunk.subarray(from, bytesRead)));
    position += bytesRead;
  }
}
