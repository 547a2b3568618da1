/**
 * Squared distance of two segments, A + s·u and B + t·v with s and t within 0 … 1: the nearest points of the
 * two lines, moved back onto the segments one after the other. A point is a segment of no length.
 */
// @ts-ignore: a decorator of AssemblyScript
@inline
function clamp(value: f64): f64 {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** Shorter segments than a micrometre are points. */
const POINT: f64 = 1e-6;

/** @param p of the first segment's two ends: 6 × f64 @param q of the second's */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function squaredDistance(p: usize, q: usize): f64 {
  const ux = load<f64>(p, 24) - load<f64>(p);
  const uy = load<f64>(p, 32) - load<f64>(p, 8);
  const uz = load<f64>(p, 40) - load<f64>(p, 16);
  const vx = load<f64>(q, 24) - load<f64>(q);
  const vy = load<f64>(q, 32) - load<f64>(q, 8);
  const vz = load<f64>(q, 40) - load<f64>(q, 16);
  const wx = load<f64>(p) - load<f64>(q);
  const wy = load<f64>(p, 8) - load<f64>(q, 8);
  const wz = load<f64>(p, 16) - load<f64>(q, 16);
  const uu = ux * ux + uy * uy + uz * uz;
  const vv = vx * vx + vy * vy + vz * vz;
  const uw = ux * wx + uy * wy + uz * wz;
  const vw = vx * wx + vy * wy + vz * wz;
  let s: f64 = 0;
  let t: f64 = 0;
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
