import { ByteWriter, SECTION, type WasmModule, writeModule } from "../module";
import { PublishError } from "./publish-error";

/** Declares the most memory that the module may have, where it does not say itself. */
export function boundMemory(module: WasmModule, maximumPages: number): Uint8Array<ArrayBuffer> {
  const [memory] = module.memories;
  if (memory === undefined || memory.isImported) {
    throw new PublishError("the module has no memory of its own; export one as `memory`");
  }
  const maximum = memory.maximum ?? maximumPages;
  if (maximum > maximumPages || memory.minimum > maximum) {
    throw new PublishError(
      `the module declares ${memory.minimum} to ${maximum} pages of memory, the manifest allows ${maximumPages}`,
      { details: { minimum: memory.minimum, maximum, memoryMaxPages: maximumPages } },
    );
  }
  const payload = new ByteWriter().u32(1).u8(1).u32(memory.minimum).u32(maximum).finish();
  return writeModule(module, {
    replaced: new Map([[SECTION.memory, payload]]),
    keepsCustom: () => true,
  });
}
