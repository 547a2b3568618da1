import { runNetworkProgram } from "../../emulation/network";
import { COUNT_SET, COUNT_TABLE } from "../../emulation/network/rules";
import type { TrafficCounter } from "./traffic";

/** One element of `nft -j list set`. */
interface Element {
  readonly elem?: {
    readonly val?: { readonly concat?: readonly [string, number] };
    readonly counter?: { readonly packets: number; readonly bytes: number };
  };
}

/** Reads the kernel's counters of the leg that this process stands at the server's end of. */
export function interfaceCounter(): TrafficCounter {
  return {
    how: "interface",
    async read(ports) {
      const text = await runNetworkProgram("nft", [
        "-j",
        "list",
        "set",
        "ip",
        COUNT_TABLE,
        COUNT_SET,
      ]);
      return trafficIn(text, ports);
    },
    stop: () => undefined,
  };
}

/** Sums the elements of some ports. @param text what `nft -j list set` printed */
export function trafficIn(
  text: string,
  ports: readonly { readonly protocol: string; readonly port: number }[],
): { bytes: number; packets: number } {
  const { nftables } = JSON.parse(text) as { nftables: { set?: { elem?: Element[] } }[] };
  const wanted = new Set(ports.map(({ protocol, port }) => `${protocol} ${port}`));
  let bytes = 0;
  let packets = 0;
  for (const { elem } of nftables.flatMap(({ set }) => set?.elem ?? [])) {
    if (!elem?.counter || !wanted.has(elem.val?.concat?.join(" ") ?? "")) continue;
    bytes += elem.counter.bytes;
    packets += elem.counter.packets;
  }
  return { bytes, packets };
}
