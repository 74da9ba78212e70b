// The flags of Deno that errors name.

/**
 * The flag with which Deno may read or write below folders, as it is typed in a shell: quoted where
 * something in it means more than itself, a space above all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { allowFlag } from "@minimodel/core/check";
 *
 * assertEquals(allowFlag("read", "/tmp/a", "/tmp/b"), "--allow-read=/tmp/a,/tmp/b");
 * assertEquals(allowFlag("write", "/my files"), '"--allow-write=/my files"');
 * ```
 */
export function allowFlag(kind: "read" | "write", ...folders: string[]): string {
  const flag = `--allow-${kind}=${folders.join()}`;
  return /^[\p{L}\p{N}\p{M}_@%+=:,./\\-]+$/u.test(flag)
    ? flag
    : `"${flag.replace(/["$`]/g, "\\$&")}"`;
}
