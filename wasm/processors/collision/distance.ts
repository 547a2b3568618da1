/** Shorter segments than a micrometre are points. */
const POINT = 1e-6;

/**
 * Squared distance of two segments: the nearest points of their lines, moved back onto the segments one
 * after the other. A segment of no length is a point.
 * @param a numbers of the first, its ends at `aStart` and `aEnd` @param b of the second, six in a row
 */
export function squaredDistance(
  a: Float64Array,
  aStart: number,
  aEnd: number,
  b: Float64Array,
  bStart: number,
): number {
  const ux = (a[aEnd] as number) - (a[aStart] as number);
  const uy = (a[aEnd + 1] as number) - (a[aStart + 1] as number);
  const uz = (a[aEnd + 2] as number) - (a[aStart + 2] as number);
  const vx = (b[bStart + 3] as number) - (b[bStart] as number);
  const vy = (b[bStart + 4] as number) - (b[bStart + 1] as number);
  const vz = (b[bStart + 5] as number) - (b[bStart + 2] as number);
  const wx = (a[aStart] as number) - (b[bStart] as number);
  const wy = (a[aStart + 1] as number) - (b[bStart + 1] as number);
  const wz = (a[aStart + 2] as number) - (b[bStart + 2] as number);
  const uu = ux * ux + uy * uy + uz * uz;
  const vv = vx * vx + vy * vy + vz * vz;
  const uw = ux * wx + uy * wy + uz * wz;
  const vw = vx * wx + vy * wy + vz * wz;
  let s = 0;
  let t = 0;
  if (vv <= POINT) {
    if (uu > POINT) s = clamp(-uw / uu);
  } else if (uu <= POINT) {
    t = clamp(vw / vv);
  } else {
    const uv = ux * vx + uy * vy + uz * vz;
    const divisor = uu * vv - uv * uv;
    if (divisor > POINT) s = clamp((uv * vw - uw * vv) / divisor);
    t = (uv * s + vw) / vv;
    if (t < 0) {
      t = 0;
      s = clamp(-uw / uu);
    } else if (t > 1) {
      t = 1;
      s = clamp((uv - uw) / uu);
    }
  }
  const dx = wx + ux * s - vx * t;
  const dy = wy + uy * s - vy * t;
  const dz = wz + uz * s - vz * t;
  return dx * dx + dy * dy + dz * dz;
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
