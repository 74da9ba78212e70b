// Scopes: what is made while a function runs is disposed of when it has ended.

/** What a scope disposes of. */
interface Disposable {
  dispose(): void;
}

interface Scope {
  readonly made: Set<Disposable>;
  readonly outer: Scope | undefined;
}

let open: Scope | undefined;

/** Adds something that was made to the open scope, if there is one. */
export function noteMade(made: Disposable): void {
  open?.made.add(made);
}

/** Takes something out of every scope it was made in, so that it outlives them. */
export function outlive(made: Disposable): void {
  for (let each = open; each !== undefined; each = each.outer) each.made.delete(made);
}

/** Makes something end in the scope that disposes of something else, or in none, as that does. */
export function endWith(made: Disposable, other: Disposable): void {
  for (let each = open; each !== undefined; each = each.outer) {
    each.made.delete(made);
    if (each.made.has(other)) each.made.add(made);
  }
}

/**
 * Calls `fn` and disposes of everything made meanwhile, except what `kept` picks from the result.
 */
export function disposeAfter<Result>(
  fn: () => Result,
  kept: (result: Result) => readonly Disposable[],
): Result {
  const outer = open;
  const made = new Set<Disposable>();
  open = { made, outer };
  try {
    const result = fn();
    for (const each of kept(result)) {
      if (made.delete(each)) outer?.made.add(each);
    }
    return result;
  } finally {
    open = outer;
    for (const each of made) each.dispose();
  }
}
