// Reading a text file in parts: the same sentences as of the whole text, and refused where it is no text.

import { assertEquals, assertThrows } from "@std/assert";
import { createRandom, FormatError, readSentences, tokenize } from "minimodel";

/** Runs a body with a file of some bytes. */
async function withFile(content: string | Uint8Array, body: (path: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "minimodel-sentences-" });
  try {
    const path = `${folder}/text.txt`;
    await Deno.writeFile(
      path,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    body(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a file has the sentences of its text, wherever its parts are cut", async () => {
  const random = createRandom(3);
  const parts = [
    "canté",
    " ",
    ". ",
    "\n",
    "x",
    "—",
    "日本",
    "🙂",
    ", ",
    "! ",
    "…\n",
    "\r\n",
    '." ',
    "3.14",
  ];
  // Over three parts of 64 KiB, cut in the middle of characters too.
  const text = Array.from({ length: 60_000 }, () => parts[random.integer(parts.length)]).join("");
  const wanted = text.split(/\n|(?<=[.!?…]["'”’»)]*)\s/u).map(tokenize).filter((words) =>
    words.length > 0
  );
  await withFile(text, (path) => assertEquals([...readSentences(path)], wanted));
});

Deno.test("a line of a million words is read as sentences of ten thousand", async () => {
  await withFile("uno dos ".repeat(500_000), (path) => {
    const sentences = [...readSentences(path)];
    assertEquals(sentences.map(({ length }) => length), new Array(100).fill(10_000));
    assertEquals(sentences[99].slice(-2), ["uno", "dos"]);
  });
});

Deno.test("a file without any space is read, and so are an empty one and a byte order mark", async () => {
  await withFile("é".repeat(200_000), (path) => {
    assertEquals([...readSentences(path)].flat().join(""), "é".repeat(200_000));
  });
  await withFile("", (path) => assertEquals([...readSentences(path)], []));
  await withFile("\ufeffuno", (path) => assertEquals([...readSentences(path)], [["uno"]]));
});

Deno.test("what is not UTF-8 is refused by its place", async () => {
  const latin = Uint8Array.from([...new TextEncoder().encode("a ".repeat(40_000)), 0xe9, 0x20]);
  await withFile(latin, (path) => {
    const read = () => [...readSentences(path)];
    assertThrows(
      read,
      FormatError,
      "must be text in UTF-8, and is not between its bytes 65533 and 80002",
    );
  });
  const cut = new TextEncoder().encode("uno é").slice(0, -1);
  await withFile(cut, (path) => {
    assertThrows(() => [...readSentences(path)], FormatError, "must be text in UTF-8");
  });
});

Deno.test("what is no file is refused before anything is read", async () => {
  assertThrows(
    () => [...readSentences("/nowhere/at-all.txt")],
    Deno.errors.NotFound,
    "Cannot load /nowhere/at-all.txt",
  );
  assertThrows(() => [...readSentences("/tmp")], FormatError, "it must be a plain file");
  assertThrows(() => [...readSentences(3 as never)], TypeError, "must be a string or URL, got 3");
  await withFile("uno", (path) => {
    assertEquals([...readSentences(new URL(`file://${path}`))], [["uno"]]);
  });
});
