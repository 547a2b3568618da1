/** "  48.1 ms", a dash for null. */
export function milliseconds(value: number | null): string {
  return value === null ? "     –   " : `${value.toFixed(1).padStart(6)} ms`;
}

/** " 29.8 %" of a share 0…1, a dash for null. */
export function percent(value: number | null): string {
  return value === null ? "    – " : `${(value * 100).toFixed(1).padStart(5)} %`;
}

/** "1:05", "2:03:04". */
export function duration(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${hours > 0 ? `${hours}:${two(minutes % 60)}` : minutes}:${two(seconds % 60)}`;
}
