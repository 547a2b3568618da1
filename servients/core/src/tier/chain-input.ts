import {
  type FaultyTier,
  PROCESSORS_SCHEMA,
  processorFaults,
  type SiteProcessor,
  type SiteProcessorTrust,
  validateConfig,
} from "../config";
import { ConfigError, InputError } from "../errors";

/**
 * A chain that somebody wrote while the tier runs, held to what the site file's is held to. Files are
 * the site file's alone: whoever writes a chain names none of the node's.
 * @throws InputError
 */
export function chainInput(
  value: unknown,
  reach: Pick<FaultyTier, "devices" | "hasThings">,
  trust: SiteProcessorTrust,
  site: readonly SiteProcessor[],
): SiteProcessor[] {
  try {
    const { chain } = validateConfig<{ chain: SiteProcessor[] }>({ chain: value }, SCHEMA, "chain");
    const processors = chain.map(({ artifact: _file, source: _folder, watch: _watch, ...rest }) => {
      const { artifact, watch = false } = site.find(({ name }) => name === rest.name) ?? {};
      return { ...rest, watch, ...(artifact === undefined ? {} : { artifact }) };
    });
    const [fault] = processorFaults(trust, [{ ...reach, path: "", processors }]);
    if (fault) throw new InputError(fault);
    return processors;
  } catch (cause) {
    const [first] = cause instanceof ConfigError ? cause.mismatches : [];
    if (!first) throw cause;
    throw new InputError({ ...first, path: first.path.replace(/^\/chain/, "") }, { cause });
  }
}

const SCHEMA = { type: "object", properties: { chain: PROCESSORS_SCHEMA } };
