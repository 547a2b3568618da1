import * as fs from "node:fs";
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

/** @throws ArtifactError when one of the three is missing */
export function readArtifact(file: string): Artifact {
  const files = artifactFiles(file);
  const signature = Buffer.from(read(files.signature).toString("utf8").trim(), "hex");
  return { wasm: read(files.wasm), manifest: read(files.manifest), signature };
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
