// The k best of many scores, in one pass over them.

/** A score and whose it is. */
export interface Scored {
  readonly id: number;
  readonly score: number;
}

/**
 * The `k` highest scores, highest first, and of equal ones the lower id first. A score that is NaN,
 * and the ids in `without`, are left out.
 */
export function bestOf(scores: Float64Array, k: number, without: ReadonlySet<number>): Scored[] {
  // A heap whose root is the worst that is kept: children of place n are at 2n + 1 and 2n + 2.
  const heap: Scored[] = [];
  let bar = -Infinity;
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] ?? NaN;
    // Of equal scores the first came with the lower id, so that later ones do not displace it.
    const isKept = heap.length < k ? !Number.isNaN(score) : score > bar;
    if (!isKept || without.has(id)) continue;
    if (heap.length < k) rise(heap, { id, score });
    else sink(heap, { id, score });
    if (heap.length === k) bar = heap[0]?.score ?? -Infinity;
  }
  return heap.sort((a, b) => isWorse(a, b) ? 1 : -1);
}

function isWorse(a: Scored, b: Scored): boolean {
  return a.score < b.score || (a.score === b.score && a.id > b.id);
}

/** Adds an entry at the end and lets it rise above those that are better. */
function rise(heap: Scored[], added: Scored): void {
  let place = heap.length;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isWorse(added, parent)) break;
    heap[place] = parent;
    place = above;
  }
  heap[place] = added;
}

/** Puts an entry in the place of the root and lets it sink below those that are worse. */
function sink(heap: Scored[], added: Scored): void {
  let place = 0;
  for (;;) {
    const [left, right] = [heap[2 * place + 1], heap[2 * place + 2]];
    if (left === undefined) break;
    const isRight = right !== undefined && isWorse(right, left);
    const child = isRight ? right : left;
    if (!isWorse(child, added)) break;
    heap[place] = child;
    place = 2 * place + (isRight ? 2 : 1);
  }
  heap[place] = added;
}
