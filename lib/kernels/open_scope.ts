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

/** Notes something that was made in the scope that is open, if one is. */
export function noteMade(made: Disposable): void {
  open?.made.add(made);
}

/** Takes something out of every scope it was made in, so that it outlives them. */
export function outlive(made: Disposable): void {
  for (let each = open; each !== undefined; each = each.outer) each.made.delete(made);
}

/** Calls `fn` and disposes of everything made meanwhile, but what `kept` picks of its result. */
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
