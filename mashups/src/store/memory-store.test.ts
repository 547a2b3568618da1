import { expect, it } from "@jest/globals";
import { ExportUnsupportedError } from "./errors";
import { MemoryStore } from "./memory-store";
import { describeStore } from "./test/store-compliance";

describeStore("the store in memory", async (options) => ({
  store: new MemoryStore(options),
  dispose: async () => undefined,
}));

it("the store in memory says that it writes no Parquet", async () => {
  await expect(new MemoryStore().exportParquet()).rejects.toBeInstanceOf(ExportUnsupportedError);
});
