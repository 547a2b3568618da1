import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Commitment, StoredVersion } from ".";
import { SlotStore, SlotsLostError, StaleCommitmentError } from ".";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "fogwot-slots-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function opened(): Promise<SlotStore> {
  const store = new SlotStore(folder);
  await store.open();
  return store;
}

async function version(store: SlotStore, name: string, counter = 1): Promise<StoredVersion> {
  return {
    wasmSha256: name.padEnd(64, "0"),
    artifactSha256: await store.put(Buffer.from(`artifact ${name}`)),
    stateSha256: await store.put(Buffer.from(`state ${name}`)),
    configSha256: null,
    counter,
  };
}

/** Commits `name` as active on top of what is active. */
async function deploy(store: SlotStore, name: string): Promise<Commitment> {
  const { current } = store;
  const next: Commitment = {
    generation: (current?.generation ?? 0) + 1,
    active: await version(store, name),
    previous: current?.active ?? null,
    isConfirmed: true,
    highestCounter: 1,
    failedWasmSha256: [],
  };
  await store.commit(next);
  return next;
}

const slotOf = (generation: number): string =>
  path.join(folder, generation % 2 === 1 ? "slot-a" : "slot-b");

describe("slots of a processor", () => {
  it("are empty at first, and hold after a restart what was committed", async () => {
    const store = new SlotStore(folder);
    expect(await store.open()).toBeUndefined();
    const committed = await deploy(store, "one");
    const again = await new SlotStore(folder).open();
    expect(again).toEqual({ commitment: committed, passedOver: [] });
  });

  it("start with the older commitment when the newer slot is torn, whichever it is and wherever", async () => {
    for (const newest of [2, 3]) {
      const store = await opened();
      while ((store.current?.generation ?? 0) < newest) {
        await deploy(store, `v${store.current?.generation ?? 0}`);
      }
      const before = store.current as Commitment;
      const whole = await readFile(slotOf(newest));
      for (const length of [0, 1, 64, 65, whole.length - 2]) {
        await writeFile(slotOf(newest), whole);
        await truncate(slotOf(newest), length);
        const recovered = await new SlotStore(folder).open();
        expect(recovered?.commitment.generation).toBe(before.generation - 1);
        expect(recovered?.commitment.active).toEqual(before.previous);
        expect(recovered?.passedOver).toEqual([`slot-${newest === 2 ? "b" : "a"}: torn`]);
      }
      await writeFile(slotOf(newest), whole);
    }
  });

  it("pass over a commitment whose artifact the disk damaged, and keep one whose previous is gone", async () => {
    const store = await opened();
    const first = await deploy(store, "one");
    const second = await deploy(store, "two");
    const blob = (hash: string): string => path.join(folder, "blobs", hash);
    const whole = await readFile(blob(first.active.artifactSha256));
    await rm(blob(first.active.artifactSha256));
    expect((await new SlotStore(folder).open())?.commitment).toEqual({ ...second, previous: null });
    await writeFile(blob(first.active.artifactSha256), whole);
    await writeFile(blob(second.active.artifactSha256), "bit rot");
    expect((await new SlotStore(folder).open())?.commitment).toEqual(first);
  });

  it("say so when nothing that was committed is whole", async () => {
    await deploy(await opened(), "one");
    await writeFile(slotOf(1), "rubbish");
    await expect(new SlotStore(folder).open()).rejects.toBeInstanceOf(SlotsLostError);
  });

  it("take the next generation only, and keep what is in force when a commit is refused", async () => {
    const store = await opened();
    const first = await deploy(store, "one");
    for (const generation of [0, 1, 3]) {
      const stale = store.commit({ ...first, generation });
      await expect(stale).rejects.toBeInstanceOf(StaleCommitmentError);
    }
    expect((await new SlotStore(folder).open())?.commitment).toEqual(first);
  });

  it("keep the blobs of both slots and of a commit being prepared, and no others", async () => {
    const store = await opened();
    for (const name of ["one", "two", "three", "four"]) await deploy(store, name);
    const prepared = await store.put(Buffer.from("not yet committed"));
    await deploy(store, "five");
    const kept = await readdir(path.join(folder, "blobs"));
    // Active and previous of generation 5, and previous of generation 4: three versions of two blobs.
    expect(kept).toHaveLength(7);
    expect((await store.get(prepared)).toString()).toBe("not yet committed");
    await new SlotStore(folder).open();
    expect(await readdir(path.join(folder, "blobs"))).toHaveLength(6);
  });

  it("write a damaged blob again instead of believing its name", async () => {
    const store = await opened();
    const { active } = await deploy(store, "one");
    await writeFile(path.join(folder, "blobs", active.artifactSha256), "bit rot");
    await store.put(Buffer.from("artifact one"));
    expect((await store.get(active.artifactSha256)).toString()).toBe("artifact one");
  });
});
