/**
 * The last values, in the order they came and in the order of their size: so the median is one look, and
 * the median of the deviations one walk outward from it.
 */
export const MAX_WINDOW: i32 = 255;

@unmanaged
export class Window {
  size: i32;
  count: i32;
  /** Of the oldest value, once the window is full. */
  next: i32;
  spare: i32;
}

const HEAD: usize = offsetof<Window>();
export const WINDOW_SIZE: usize = HEAD + (MAX_WINDOW as usize) * 16;

// @ts-ignore: a decorator of AssemblyScript
@inline
function ringOf(w: Window): usize {
  return changetype<usize>(w) + HEAD;
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function sortedOf(w: Window): usize {
  return changetype<usize>(w) + HEAD + (MAX_WINDOW as usize) * 8;
}

export function push(w: Window, value: f64): void {
  const place = ringOf(w) + (w.next << 3);
  if (w.count == w.size) remove(w, load<f64>(place));
  store<f64>(place, value);
  w.next = w.next + 1 == w.size ? 0 : w.next + 1;
  const sorted = sortedOf(w);
  const at = placeOf(w, value);
  memory.copy(sorted + ((at + 1) << 3), sorted + (at << 3), (w.count - at) << 3);
  store<f64>(sorted + (at << 3), value);
  w.count++;
}

export function median(w: Window): f64 {
  const sorted = sortedOf(w);
  const half = w.count >> 1;
  const upper = load<f64>(sorted + (half << 3));
  return w.count & 1 ? upper : (load<f64>(sorted + ((half - 1) << 3)) + upper) / 2;
}

/** Of the deviations from `middle`, the one in the middle, or the mean of the two. */
export function medianDeviation(w: Window, middle: f64): f64 {
  const sorted = sortedOf(w);
  const half = w.count >> 1;
  let low = half - 1;
  let high = half;
  let before: f64 = 0;
  let now: f64 = 0;
  for (let i = 0; i <= half; i++) {
    before = now;
    const below = low >= 0 ? middle - load<f64>(sorted + (low << 3)) : Infinity;
    const above = high < w.count ? load<f64>(sorted + (high << 3)) - middle : Infinity;
    if (below <= above) {
      now = below;
      low--;
    } else {
      now = above;
      high++;
    }
  }
  return w.count & 1 ? now : (before + now) / 2;
}

/** Only the newest `size` values stay. @param scratch of 2 040 bytes */
export function resize(w: Window, size: i32, scratch: usize): void {
  const kept = min<i32>(w.count, size);
  for (let i = 0; i < kept; i++) {
    let from = w.next - kept + i;
    if (from < 0) from += w.size;
    store<f64>(scratch + (i << 3), load<f64>(ringOf(w) + (from << 3)));
  }
  w.size = size;
  w.count = 0;
  w.next = 0;
  for (let i = 0; i < kept; i++) push(w, load<f64>(scratch + (i << 3)));
}

function remove(w: Window, value: f64): void {
  const sorted = sortedOf(w);
  const at = placeOf(w, value);
  w.count--;
  memory.copy(sorted + (at << 3), sorted + ((at + 1) << 3), (w.count - at) << 3);
}

/** Of the first value that is not less. */
function placeOf(w: Window, value: f64): i32 {
  const sorted = sortedOf(w);
  let low = 0;
  let high = w.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(sorted + (middle << 3)) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
