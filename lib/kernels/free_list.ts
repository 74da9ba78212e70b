// Which stretches of a range of addresses are free. Addresses are taken from the first stretch that
// is long enough, and neighbouring stretches are always joined, so that they are as long as
// possible.

/** The free stretches of a range of addresses. */
export class FreeList {
  readonly #starts: number[];
  readonly #ends: number[];

  /** Starts with all addresses from `start` up to `end` free. */
  constructor(start: number, end: number) {
    this.#starts = [start];
    this.#ends = [end];
  }

  /**
   * Takes `size` addresses, at least 1, and returns the first; undefined if no stretch holds them.
   */
  take(size: number): number | undefined {
    const [starts, ends] = [this.#starts, this.#ends];
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i];
      if (ends[i] - start < size) continue;
      starts[i] = start + size;
      if (starts[i] === ends[i]) {
        starts.splice(i, 1);
        ends.splice(i, 1);
      }
      return start;
    }
    return undefined;
  }

  /** Gives back `size` addresses from `start` on, which were taken before. */
  give(start: number, size: number): void {
    const [starts, ends] = [this.#starts, this.#ends];
    const end = start + size;
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] < start) low = middle + 1;
      else high = middle;
    }
    const [left, right] = [low > 0 && ends[low - 1] === start, starts[low] === end];
    if (left && right) {
      ends[low - 1] = ends[low];
      starts.splice(low, 1);
      ends.splice(low, 1);
    } else if (left) ends[low - 1] = end;
    else if (right) starts[low] = start;
    else {
      starts.splice(low, 0, start);
      ends.splice(low, 0, end);
    }
  }
}
