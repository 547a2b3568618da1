import { randomUUID } from "node:crypto";
import { Directory } from "../directory";
import { sampleTd } from "./sample-td";

/**
 * Registers, changes and deletes Things until it is killed, and writes one line per acknowledged
 * change: `+ id title` or `- id`. The file is rewritten all the time.
 *
 * Argument: the directory's file.
 */
async function register(file: string): Promise<never> {
  const directory = new Directory({ file, maxThings: 1_000_000, minRewriteBytes: 20_000 });
  await directory.start();
  const said = (line: string) => process.stdout.write(`${line}\n`);
  for (;;) {
    await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        const id = `urn:x:${randomUUID()}`;
        await directory.put(id, sampleTd(id, { title: "first" }));
        said(`+ ${id} first`);
        await directory.patch(id, { title: "second", registration: { ttl: 3600 } });
        said(`+ ${id} second`);
        if (n % 2 === 0) return;
        await directory.delete(id);
        said(`- ${id}`);
      }),
    );
  }
}

register(process.argv[2] ?? "").catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exit(1);
});
