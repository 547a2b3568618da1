/** What W3C's discovery terms are in: `registration`, `ThingDirectory`, `ThingLink` and so on. */
export const DISCOVERY_CONTEXT = "https://www.w3.org/2022/wot/discovery";

const tdContexts = new Set([
  "https://www.w3.org/2019/wot/td/v1",
  "https://www.w3.org/2022/wot/td/v1.1",
]);

/**
 * The `@context` of an Enriched TD: the discovery context follows those of the Thing Description, and
 * precedes the author's own, whose terms win.
 *
 * @see W3C WoT Discovery, tdd-context-injection
 */
export function withDiscoveryContext(context: unknown): unknown {
  if (typeof context === "string") {
    return context === DISCOVERY_CONTEXT ? context : [context, DISCOVERY_CONTEXT];
  }
  // Anything else is for the validator to refuse.
  if (!Array.isArray(context) || context.includes(DISCOVERY_CONTEXT)) return context;
  const own = context.findIndex((part) => !tdContexts.has(part));
  const at = own < 0 ? context.length : own;
  return [...context.slice(0, at), DISCOVERY_CONTEXT, ...context.slice(at)];
}
