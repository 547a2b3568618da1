import * as fs from "node:fs";
import * as path from "node:path";
import {
  type ArtifactFiles,
  type AuthorManifest,
  artifactFiles,
  type Built,
  buildProcessor,
  checkManifest,
  instrument,
  type Manifest,
  parseModule,
  publish,
  publishedBefore,
  readJson,
  readProcessor,
  type SecretKey,
  unsignedBytes,
  writeArtifact,
} from "@fogwot/wasm";
import { UsageError } from "../errors";

export interface PublishProcessorOptions {
  /** A processor's folder, or a module with its manifest beside it. */
  readonly target: string;
  readonly key: SecretKey;
  /** @default `build` in the folder; of a module its own folder */
  readonly out?: string | undefined;
  readonly notBefore?: string | undefined;
  readonly expires?: string | undefined;
  /** Compiles even what was compiled before: what a person signs comes of these sources, and of no cache. */
  readonly isFresh?: boolean;
  readonly signal?: AbortSignal;
}

export interface Published {
  readonly files: ArtifactFiles;
  readonly manifest: Manifest;
  readonly did: "made" | "kept" | "replaced";
}

type Unsigned = Pick<Built, "manifest" | "wasm">;

/**
 * Builds, signs and writes a processor; its counter goes on from what was published there before.
 * @throws ProcessorError of building and signing, UsageError
 */
export async function publishProcessor(options: PublishProcessorOptions): Promise<Published> {
  const { target, key, notBefore = null, expires = null } = options;
  const { manifest, wasm } = fs.statSync(target, { throwIfNoEntry: false })?.isDirectory()
    ? await buildProcessor({
        folder: target,
        isFresh: options.isFresh ?? false,
        ...(options.signal ? { signal: options.signal } : {}),
      })
    : fromModule(target);
  const folder = options.out ?? outputFolder(target);
  const files = artifactFiles(path.join(folder, manifest.name));
  const previous = publishedBefore(files);
  if (previous && previous.name !== manifest.name) {
    throw new UsageError(`${files.manifest} is of ${previous.name}; choose another --out`);
  }
  const { said, ...artifact } = publish({
    manifest,
    wasm,
    key,
    notBefore,
    expires,
    ...(previous ? { previous } : {}),
  });
  writeArtifact(files, artifact);
  const isSame = previous?.counter === said.counter;
  return { files, manifest: said, did: isSame ? "kept" : previous ? "replaced" : "made" };
}

/** Where build and publish put what they make. */
export function outputFolder(target: string): string {
  const isFolder = fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? path.join(target, "build") : path.dirname(target);
}

/** A module that is there already, published before or not: it is put through the same pass. */
function fromModule(file: string): Unsigned {
  const { wasm, manifest: published } = artifactFiles(file);
  if (!fs.existsSync(wasm)) {
    throw new UsageError(`${file}: wanted a processor's folder, or a .wasm file`);
  }
  const manifest = fs.existsSync(published)
    ? authorPart(checkManifest(readJson(published), published))
    : readProcessor(path.dirname(wasm)).manifest;
  const { profile, memoryMaxPages } = manifest;
  const bytes = unsignedBytes(parseModule(fs.readFileSync(wasm)));
  return { manifest, wasm: instrument(bytes, { profile, memoryMaxPages }) };
}

function authorPart(manifest: Manifest): AuthorManifest {
  const { abi, wasmSha256, size, keyId, counter, previous, notBefore, expires, ...shared } =
    manifest;
  return { ...shared, source: "module.wasm", runtime: "stub" };
}
