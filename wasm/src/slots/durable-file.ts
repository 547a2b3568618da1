import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Writes a file so that after a power cut it is whole or not there: its bytes are on the disk before
 * it has its name, and the name is on the disk before this resolves.
 */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}.${randomUUID()}.draft`;
  try {
    await writeSynced(draft, bytes);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** Removes what was being written when the power went. */
export async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(".draft")) await rm(path.join(folder, name), { force: true });
  }
}

async function writeSynced(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, "w", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name is durable only with its folder. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
