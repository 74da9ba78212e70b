// What Deno was not allowed to do, told with what it was for and the flags that allow it.

/** Does work on files; where Deno may not, says what failed and with which flags it would not. */
export async function withFlags<Result>(
  doing: string,
  flags: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    const message = `Cannot ${doing}: that is not allowed, run deno with ${flags}`;
    throw new Deno.errors.NotCapable(message, { cause });
  }
}
