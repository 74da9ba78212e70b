// System functions replaced for the time of a test, so that a disk can fail, or be slow, where it should.

/** What is done instead, by the real function, what it is called with, and on which object. */
export type Replacement = (
  real: (...args: unknown[]) => unknown,
  args: unknown[],
  self: unknown,
) => unknown;

/** Runs a test with some functions replaced; `names` are of one owner, such as `Deno`. */
export async function withReplaced(
  owner: object,
  replacements: Readonly<Record<string, Replacement>>,
  test: () => unknown,
): Promise<void> {
  const reals = new Map<string, unknown>();
  for (const [name, replacement] of Object.entries(replacements)) {
    const real: unknown = Reflect.get(owner, name);
    if (typeof real !== "function") {
      throw new TypeError(`Cannot replace ${name}: it is no function`);
    }
    reals.set(name, real);
    Reflect.set(owner, name, function (this: unknown, ...args: unknown[]): unknown {
      return replacement((...given) => Reflect.apply(real, this, given), args, this);
    });
  }
  try {
    await test();
  } finally {
    for (const [name, real] of reals) Reflect.set(owner, name, real);
  }
}
