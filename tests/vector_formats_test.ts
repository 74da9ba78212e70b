// The formats of word vectors: what is written is read again, however it is cut, and what is changed
// is refused as a FormatError or read as another table, never anything else.

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "minimodel";
import type { WordTable } from "../lib/io/words/table.ts";
import { asyncProperty } from "./_property.ts";
import { type Codec, codecs, tables } from "./_vector_tables.ts";

/** Throws unless a codec gives tables back as they were. */
async function checkRoundTrip({ keeps, write, read }: Codec, numRuns = 60): Promise<void> {
  await asyncProperty([tables(keeps), fc.integer({ min: 1, max: 40 })], async (table, size) => {
    const dtype = table.data instanceof Float64Array ? "float64" : "float32";
    const back = await read(await write(table), { size, dtype });
    assertEquals(back, table);
    back.data.forEach((x, i) => assert(Object.is(x, table.data[i]), `number ${i}`));
  }, { numRuns });
}

/** One change to bytes: one is set, left out or put in, or the rest is cut off. */
const change = fc.record({
  kind: fc.constantFrom("set", "remove", "insert", "cut"),
  at: fc.nat({ max: 10_000 }),
  file: fc.nat({ max: 1 }),
  byte: fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...new TextEncoder().encode(' \n\t\r0.e-{}[]"'), 0xff),
  ),
});

function changed(
  bytes: Uint8Array,
  { kind, at, byte }: { kind: string; at: number; byte: number },
) {
  const list = Array.from(bytes);
  const place = at % (list.length + 1);
  if (kind === "cut") list.length = place;
  else list.splice(place, kind === "insert" ? 0 : 1, ...(kind === "remove" ? [] : [byte]));
  return Uint8Array.from(list);
}

for (const codec of codecs) {
  Deno.test(`${codec.name} gives back what was written, in whatever pieces it comes`, async () => {
    await checkRoundTrip(codec);
  });

  Deno.test(`${codec.name} with up to three changed bytes is refused or another table`, async () => {
    let refused = 0;
    const changes = fc.array(change, { minLength: 1, maxLength: 3 });
    await asyncProperty([tables(codec.keeps), changes], async (table, list) => {
      const files = await codec.write(table);
      for (const each of list) {
        const file = each.file % files.length;
        files[file] = changed(files[file], each);
      }
      try {
        const { words, data, width, labels } = await codec.read(files);
        assertEquals(data.length, words.length * width);
        assertEquals(new Set(words).size, words.length);
        for (const texts of Object.values(labels)) assertEquals(texts.length, words.length);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        assert(error.message.length > 8, error.message);
        refused++;
      }
    }, { numRuns: 200 });
    assert(refused > 50, `only ${refused} of 200 were refused`);
  });
}

Deno.test("the round trip refuses a codec that loses a sign, a label or a digit", async () => {
  const [text, , , safetensors] = codecs;
  const spoilt = (codec: Codec, spoil: (table: WordTable) => WordTable): Codec => ({
    ...codec,
    write: (table) => codec.write(spoil(table)),
  });
  const wrong = [
    spoilt(text, (table) => ({ ...table, data: table.data.map((x) => x === 0 ? 0 : x) })),
    spoilt(safetensors, (table) => ({ ...table, labels: {} })),
    spoilt(text, (table) => ({ ...table, data: table.data.map((x) => Number(x.toPrecision(6))) })),
  ];
  for (const codec of wrong) await assertRejects(() => checkRoundTrip(codec, 300), Error);
});
