// Errors about denied permissions, which say what was being done and which flags allow it.

/** Does work on files; if Deno may not, the error says what failed and which flags allow it. */
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
