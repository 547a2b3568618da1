import * as fs from "node:fs";
import * as path from "node:path";
import { readJson } from "../build/read-processor";
import { checkManifest, type Manifest } from "../manifest";
import type { Artifact } from "./artifact";
import { ArtifactError } from "./artifact-bytes";

/** A published processor as three files beside each other. */
export interface ArtifactFiles {
  readonly wasm: string;
  /** Canonical JSON: the bytes that are signed. */
  readonly manifest: string;
  /** Ed25519 over them: 64 bytes, in hex. */
  readonly signature: string;
}

/** @param file any one of the three, or the module's name without ending */
export function artifactFiles(file: string): ArtifactFiles {
  const base = file.replace(/\.(wasm|manifest\.json|manifest\.sig)$/, "");
  return {
    wasm: `${base}.wasm`,
    manifest: `${base}.manifest.json`,
    signature: `${base}.manifest.sig`,
  };
}

/** Each file is whole or as it was; the module comes last, since that is the one that is watched. */
export function writeArtifact(files: ArtifactFiles, artifact: Artifact): void {
  fs.mkdirSync(path.dirname(files.wasm), { recursive: true });
  const write = (file: string, bytes: string | Uint8Array): void => {
    fs.writeFileSync(`${file}.new`, bytes);
    fs.renameSync(`${file}.new`, file);
  };
  write(files.manifest, artifact.manifest);
  write(files.signature, `${Buffer.from(artifact.signature).toString("hex")}\n`);
  write(files.wasm, artifact.wasm);
}

/** @throws ArtifactError when one of the three is missing */
export function readArtifact(file: string): Artifact {
  const files = artifactFiles(file);
  const signature = Buffer.from(read(files.signature).toString("utf8").trim(), "hex");
  return { wasm: read(files.wasm), manifest: read(files.manifest), signature };
}

/** The manifest that was published here before; undefined: none. @throws ManifestError when it is none */
export function publishedBefore({ manifest }: ArtifactFiles): Manifest | undefined {
  return fs.existsSync(manifest) ? checkManifest(readJson(manifest), manifest) : undefined;
}

function read(file: string): Buffer<ArrayBuffer> {
  try {
    return fs.readFileSync(file);
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code ?? "no file";
    throw new ArtifactError(
      `${file}: got ${got}, wanted the three files that fogwot processor publish writes`,
      { cause },
    );
  }
}
