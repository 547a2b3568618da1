/**
 * A sensing loop of one's own: policy P1 chooses whom to ask, the script does what it likes
 * between two slots.
 *
 *   fogwot run mashups/examples/sensing-loop.ts 20    (slots)
 */
import { Sensing } from "@fogwot/mashups";

const slots = Number(args[0] ?? 20);

const sensors = things.filter((td) => td.properties?.temperature !== undefined);
const sensing = new Sensing({
  wot: WoT,
  run: "sensing-loop",
  things: sensors.map((td) => ({ id: nameOf(td), wsn: String(td["fog:wsn"]), td })),
  policy: "P1",
  m: 1,
  timeoutMs: 500,
});

for (let slot = 0; slot < slots && !signal.aborted; slot++) {
  const { outcomes } = await sensing.step();
  for (const { device, ok, rttMs, qAfter } of outcomes) {
    const answer = ok ? `${rttMs?.toFixed(1)} ms` : "lost";
    console.log(`slot ${slot + 1}: ${device} ${answer}, estimate now ${qAfter?.toFixed(3)}`);
  }
}

/** "urn:fogwot:factory:hall-1" → "hall-1". */
function nameOf(td: { readonly id?: string; readonly title: string }): string {
  return td.id?.split(":").at(-1) ?? td.title;
}

const { rttMs, pdr } = sensing.status().total;
console.log(`RTT ${rttMs?.toFixed(1) ?? "–"} ms, PDR ${((pdr ?? 0) * 100).toFixed(1)} %`);
