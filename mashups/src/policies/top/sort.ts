/** Below this many, moving neighbours costs less than parting them. */
const INSERTION_BELOW = 24;

/**
 * Sorts list[low…high] by value, highest first; equal ones end in no particular order.
 * @param values by entry of `list`
 */
export function sortByValue(
  list: Int32Array,
  values: Float64Array,
  low: number,
  high: number,
): void {
  let [first, last] = [low, high];
  while (last - first >= INSERTION_BELOW) {
    const pivot = values[list[(first + last) >>> 1] as number] as number;
    let i = first;
    let j = last;
    while (i <= j) {
      while ((values[list[i] as number] as number) > pivot) i++;
      while ((values[list[j] as number] as number) < pivot) j--;
      if (i <= j) {
        const held = list[i] as number;
        list[i++] = list[j] as number;
        list[j--] = held;
      }
    }
    // The smaller part by recursion, so that its depth stays logarithmic.
    if (j - first < last - i) {
      sortByValue(list, values, first, j);
      first = i;
    } else {
      sortByValue(list, values, i, last);
      last = j;
    }
  }
  for (let i = first + 1; i <= last; i++) {
    const moving = list[i] as number;
    const value = values[moving] as number;
    let j = i - 1;
    for (; j >= first && (values[list[j] as number] as number) < value; j--) {
      list[j + 1] = list[j] as number;
    }
    list[j + 1] = moving;
  }
}
