import type { LinkState } from "../../emulation/program";
import type { AttachedSite } from "../../site-run/attach";

/**
 * Runs `work` while no link of the site has a packet filter, and puts the filters back.
 * @returns undefined, without running it, where there is none: nothing would differ
 */
export async function withoutFilters<T>(
  { controls }: Pick<AttachedSite, "controls">,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const found = await Promise.all(
    controls.map(async ({ api }) => {
      const { links } = await api.request<{ links: LinkState[] }>("GET", "/links");
      return links
        .filter(({ settings }) => settings.filterLoss > 0)
        .map(({ device, settings: { filterLoss } }) => ({
          set: (share: number) =>
            api.request("PATCH", `/links/${encodeURIComponent(device)}`, { filterLoss: share }),
          filterLoss,
        }));
    }),
  );
  const filters = found.flat();
  if (filters.length === 0) return undefined;
  try {
    for (const filter of filters) await filter.set(0);
    return await work();
  } finally {
    for (const { set, filterLoss } of filters) await set(filterLoss);
  }
}
