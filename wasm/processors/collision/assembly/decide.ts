import { squaredDistance } from "./distance";
import { Decision, geometry, LINKS, Obstacle, obstacleAt, POINTS, Settings, settings, State, state } from "./state";

/** Of an obstacle: where its segment begins. */
const AX: usize = offsetof<Obstacle>("ax");
const STOP: i32 = 1;
const SPEED_UNKNOWN: i32 = 2;
const OBSTACLE_STALE: i32 = 4;

/** Where a link's capsule begins: base, column, shoulder, the forearm behind its offset, wrist, flange. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function startOf(link: i32): usize {
  return POINTS + (link + (link > 2 ? 1 : 0)) * 24;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function radiusOf(link: i32): f64 {
  return load<f64>(changetype<usize>(geometry()) + 15 * 8 + (link << 3));
}

/** Distance of every link to every obstacle, what the speed asks for, and whether that is a stop. */
export function decide(out: usize): void {
  const s = state();
  const set = settings();
  let nearest: f64 = Infinity;
  let link = -1;
  let obstacle = -1;
  let flags = 0;
  for (let i = 0; i < s.obstacles; i++) {
    const o = obstacleAt(i);
    const segment = changetype<usize>(o) + AX;
    if (set.staleMs > 0 && o.ageMs > set.staleMs) flags |= OBSTACLE_STALE;
    for (let l = 0; l < LINKS; l++) {
      const distance = sqrt<f64>(squaredDistance(startOf(l), segment)) - radiusOf(l) - o.radius;
      if (distance < nearest) {
        nearest = distance;
        link = l;
        obstacle = o.id;
      }
    }
  }
  const speed = s.isSpeedKnown ? s.speed : set.unknownSpeed;
  if (!s.isSpeedKnown) flags |= SPEED_UNKNOWN;
  const required = set.offsetMm + set.reactionMs * speed;
  const limit = s.isStopped ? required + set.releaseMarginMm : required;
  if (nearest < limit || (flags & OBSTACLE_STALE) != 0) flags |= STOP;
  const decision = changetype<Decision>(out);
  decision.number = s.number;
  decision.distanceMm = nearest;
  decision.requiredMm = required;
  decision.speed = speed;
  decision.link = link;
  decision.obstacle = obstacle;
  decision.flags = flags;
  decision.spare = 0;
}

/** @returns whether the stop, or its end, must be said: when it changes, and again every so many poses */
export function isNews(s: State, set: Settings, flags: i32): bool {
  const isStopped = flags & STOP;
  const isChange = isStopped != s.isStopped;
  s.isStopped = isStopped;
  if (isChange) {
    s.sinceStop = 0;
    return true;
  }
  if (!isStopped || set.repeatPoses < 1) return false;
  s.sinceStop++;
  if ((s.sinceStop as f64) < set.repeatPoses) return false;
  s.sinceStop = 0;
  return true;
}
