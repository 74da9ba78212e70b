// Answers to Task 4 of Lab 00 with one mistake each, as learners give them.

import {
  decodeNpy,
  Embedding as LibraryEmbedding,
  encodeNpy,
  type Ids,
  Parameter,
  tensor,
} from "minimodel";
import type { EmbeddingClass } from "minimodel/lab";
import { type Planted, wild } from "./_planted.ts";
import { Lookup } from "./_planted_classes.ts";

/** Task 4 as it should be. */
class Embedding extends Lookup {
  async save(path: string): Promise<void> {
    const { data, shape, dtype } = this.E;
    await Deno.writeFile(`${path}.npy`, encodeNpy({ data, shape }));
    await Deno.writeTextFile(`${path}.json`, JSON.stringify({ shape, dtype, version: 1 }));
  }

  static async load(path: string): Promise<Embedding> {
    const { shape } = JSON.parse(await Deno.readTextFile(`${path}.json`));
    const loaded = new this(shape[0], shape[1]);
    await this.fill(loaded, `${path}.npy`);
    return loaded;
  }

  static async fill(loaded: Embedding, path: string): Promise<void> {
    loaded.E.data.set(decodeNpy(await Deno.readFile(path)).data as Float64Array);
  }
}

/** The class with another way to take the saved numbers. */
function filling(fill: (loaded: Embedding, path: string) => unknown): EmbeddingClass {
  return class extends Embedding {
    static override async fill(loaded: Embedding, path: string): Promise<void> {
      await fill(loaded, path);
    }
  };
}

/** The class with another load. */
function loading(load: (loaded: Embedding) => unknown): EmbeddingClass {
  return class extends Embedding {
    static override async load(path: string): Promise<Embedding> {
      return wild(load(await super.load(path)));
    }
  };
}

const numbersAt = async (path: string) => decodeNpy(await Deno.readFile(path)).data as Float64Array;
const withE = (loaded: Embedding, E: unknown) => Object.defineProperty(loaded, "E", { value: E });
const roundTrip = "Save / load round-trip";

/** Task 4. */
export const saved: readonly Planted<EmbeddingClass>[] = [
  {
    mistake: "the loaded numbers forgotten",
    answer: filling(() => {}),
    check: roundTrip,
    says: ["Given numEmbeddings = 1, embeddingDim = 1, expected [ [ "],
    hint: "in place of the fresh ones",
  },
  {
    mistake: "then, not awaited",
    answer: filling((loaded, path) => void numbersAt(path).then((data) => loaded.E.data.set(data))),
    check: roundTrip,
    says: ["expected [ [ "],
    hint: "in place of the fresh ones",
  },
  {
    mistake: "no await on readFile",
    answer: filling((_, path) => decodeNpy(wild(Deno.readFile(path)))),
    check: roundTrip,
    says: ["expected no error, got TypeError: Cannot decode .npy bytes"],
    hint: "is an `await` missing?",
  },
  {
    mistake: "the array replaced",
    answer: filling(async (loaded, path) =>
      Object.assign(loaded.E, { data: await numbersAt(path) })
    ),
    check: roundTrip,
    says: ["expected no error, got TypeError: Cannot set property data"],
    hint: "E.data.set(numbers)",
  },
  {
    mistake: "bytes for numbers",
    answer: filling(async (loaded, path) => loaded.E.data.set(await Deno.readFile(path))),
    check: roundTrip,
    says: ["expected no error, got RangeError: offset is out of bounds"],
    hint: "decodeNpy(bytes).data are the numbers",
  },
  {
    mistake: "a tensor for the Parameter",
    answer: loading((loaded) => withE(loaded, loaded.E.detach())),
    check: roundTrip,
    says: ["expected the loaded E is a Parameter, got a value of kind Tensor"],
    hint: "must be a Parameter",
  },
  {
    mistake: "a frozen table",
    answer: wild(
      class extends LibraryEmbedding {
        static override async load(path: string): Promise<LibraryEmbedding> {
          return LibraryEmbedding.fromPretrained((await LibraryEmbedding.load(path)).E);
        }
      },
    ),
    check: roundTrip,
    says: ["expected the loaded E trains on, got it needs no gradient"],
    hint: "must train on",
  },
  {
    mistake: "a table of float32 with the same numbers",
    answer: loading((loaded) => {
      const { data, shape } = loaded.E;
      return withE(loaded, new Parameter(tensor(Float32Array.from(data), { shape })));
    }),
    check: roundTrip,
    says: ["expected [ [ "],
    hint: "rounded to float32",
  },
  {
    mistake: "a table of float64 for one of float32",
    answer: wild(
      class extends LibraryEmbedding {
        constructor(numEmbeddings: number, embeddingDim: number) {
          super(numEmbeddings, embeddingDim, { dtype: "float32" });
        }

        static override async load(path: string): Promise<LibraryEmbedding> {
          const { E } = await LibraryEmbedding.load(path);
          const wide = tensor(Float64Array.from(E.data), { shape: E.shape });
          return LibraryEmbedding.fromPretrained(wide, { freeze: false });
        }
      },
    ),
    check: roundTrip,
    says: ["expected the loaded E in float32, got in float64"],
    hint: "of the dtype that was saved",
  },
  {
    mistake: "a table transposed",
    answer: loading((loaded) => withE(loaded, new Parameter(loaded.E.detach().transpose()))),
    check: roundTrip,
    says: ["expected the loaded E of shape [2, 1], got shape [1, 2]"],
    hint: "in place of the fresh ones",
  },
  {
    mistake: "decimal text",
    answer: filling(async (loaded, path) =>
      loaded.E.data.set((await numbersAt(path)).map((each) => Number(each.toPrecision(8))))
    ),
    check: roundTrip,
    says: ["expected [ [ "],
    hint: "decimal text",
  },
  {
    mistake: "another lookup once it is loaded",
    answer: loading((loaded) => {
      const forward = loaded.forward.bind(loaded);
      return Object.assign(loaded, { forward: (ids: Ids) => forward(ids).mul(2) });
    }),
    check: roundTrip,
    says: ["numEmbeddings = 1, embeddingDim = 1", 'after = "three more steps of training on both"'],
    hint: null,
  },
  {
    mistake: "no return",
    answer: loading(() => undefined),
    check: roundTrip,
    says: ["expected load gives an embedding, with a table E, got undefined"],
    hint: "is a `return` missing?",
  },
  {
    mistake: "the table for the embedding",
    answer: loading(({ E }) => E),
    check: roundTrip,
    says: ["expected load gives an embedding, with a table E, got a value of kind Parameter"],
    hint: null,
  },
  {
    mistake: "no load",
    answer: wild(
      class extends Lookup {
        save() {}
      },
    ),
    check: roundTrip,
    says: ["expected a static method load, got undefined"],
    hint: null,
  },
  {
    mistake: "no save",
    answer: wild(Lookup),
    check: roundTrip,
    says: ["expected a method save, got undefined"],
    hint: null,
  },
  {
    mistake: "a file that is not there",
    answer: filling((_, path) => Deno.readFile(`${path}.gone`)),
    check: roundTrip,
    says: ["expected no error, got NotFound: "],
    hint: "the files that save has written",
  },
  {
    mistake: "a text thrown",
    answer: filling(() => Promise.reject("oops")),
    check: roundTrip,
    says: ['expected no error, got "oops", thrown'],
    hint: null,
  },
];

/** A new Parameter in the place of the fresh one, which is right as well. */
export const replacing: EmbeddingClass = loading((loaded) =>
  withE(loaded, new Parameter(loaded.E.detach()))
);

/** All tasks as they should be. */
export const rightClass: EmbeddingClass = Embedding;
