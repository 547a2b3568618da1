import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { validateConfig } from "@fogwot/core/base";
import { PolicyLoadError, PolicyNotFoundError } from "./errors";
import type { Policy, PolicyContext, PolicyDefinition } from "./policy";

/** Names of the policies that come with fogwot: the folders beside this file. */
export function listPolicies(): string[] {
  return readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasIndex(path.join(__dirname, entry.name)))
    .map((entry) => entry.name.toUpperCase())
    .sort();
}

/**
 * Finds a policy by name (`P1`), by path to a module, or by npm package: whatever exports `policy`.
 * @param base folder that a relative path starts from
 * @throws PolicyNotFoundError, PolicyLoadError
 */
export function loadPolicy(wanted: string, base = process.cwd()): PolicyDefinition {
  const folder = path.join(__dirname, wanted.toLowerCase());
  const target = isOwnPolicy(wanted)
    ? folder
    : /^[./]/.test(wanted)
      ? path.resolve(base, wanted)
      : wanted;
  let file: string;
  try {
    file = require.resolve(target, { paths: [base] });
  } catch (cause) {
    throw new PolicyNotFoundError(wanted, listPolicies(), { cause });
  }
  const found = exportedBy(file, wanted);
  if (typeof found?.create !== "function") throw new PolicyNotFoundError(wanted, listPolicies());
  return found;
}

/** Whether a policy of that name comes with fogwot. */
export function isOwnPolicy(name: string): boolean {
  return /^[a-z0-9-]+$/i.test(name) && hasIndex(path.join(__dirname, name.toLowerCase()));
}

function exportedBy(file: string, wanted: string): PolicyDefinition | undefined {
  try {
    return (require(file) as { policy?: PolicyDefinition } | null)?.policy;
  } catch (cause) {
    throw new PolicyLoadError(wanted, String(cause), { cause });
  }
}

/**
 * Makes a policy from parameters as an operator wrote them; defaults come from its schema.
 * @throws ConfigError with path, got and wanted
 */
export function createPolicy(
  definition: PolicyDefinition,
  parameters: Readonly<Record<string, unknown>>,
  context: PolicyContext,
): Policy {
  return definition.create(policyParameters(definition, parameters), context);
}

/** The parameters with every default filled in. @throws ConfigError */
export function policyParameters(
  definition: PolicyDefinition,
  parameters: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const source = `parameters of policy ${definition.name}`;
  return validateConfig(parameters, definition.parameters, source);
}

function hasIndex(folder: string): boolean {
  return ["index.js", "index.ts"].some((file) => existsSync(path.join(folder, file)));
}
