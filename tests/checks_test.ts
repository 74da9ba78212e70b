// The checks of the lab: they accept the library's class, in both dtypes, and refuse each wrong one
// by the check that is meant for its mistake, with the hint for it.

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  CheckError,
  decodeNpy,
  Embedding,
  encodeNpy,
  gather,
  gatherBackward,
  type Ids,
  parseIds,
  record,
  type Tensor,
  tensor,
} from "minimodel";
import {
  type CheckReport,
  Counterexample,
  embeddingChecks,
  forwardChecks,
  gatherBackwardChecks,
  lookupChecks,
  runChecks,
  showChecks,
} from "minimodel/lab";

Deno.test("The six checks hold for Embedding", async () => {
  const report = await runChecks(embeddingChecks, Embedding);
  assert(report.passed, report.toMime()["text/plain"]);
  assertEquals(report.results.map(({ name }) => name), [
    "Shape-check",
    "Lookup correctness",
    "Out-of-range raises",
    "Gradient flows",
    "Duplicate-id gradient",
    "Save / load round-trip",
  ]);
});

Deno.test("The six checks hold for Embedding in float32", async () => {
  class Embedding32 extends Embedding {
    constructor(numEmbeddings: number, embeddingDim: number) {
      super(numEmbeddings, embeddingDim, { dtype: "float32" });
    }
  }
  const report = await runChecks(embeddingChecks, Embedding32);
  assert(report.passed, report.toMime()["text/plain"]);
});

Deno.test("The checks of a lookup and of its gradient hold for gather and gatherBackward", async () => {
  assert((await runChecks(lookupChecks, gather)).passed);
  assert((await runChecks(gatherBackwardChecks, gatherBackward)).passed);
});

/** The library's lookup with another gradient. */
class WithGradient extends Embedding {
  gradient(dy: Tensor, ids: Ids): Tensor {
    return gatherBackward(dy, ids, this.E.shape);
  }

  override forward(ids: Ids): Tensor {
    const y = super.forward(ids);
    return record("lookup", [this.E], y.data, y.shape, (dy) => [this.gradient(dy, ids)]);
  }
}

class LastWriteWins extends WithGradient {
  override gradient(dy: Tensor, ids: Ids): Tensor {
    const width = this.embeddingDim;
    const grad = new Float64Array(this.E.size);
    parseIds(ids).data.forEach((id, n) => {
      grad.set(dy.data.subarray(n * width, (n + 1) * width), id * width);
    });
    return tensor(grad, { shape: this.E.shape });
  }
}

class NoGradient extends Embedding {
  override forward(ids: Ids): Tensor {
    return super.forward(ids).detach();
  }
}

class GradientOfRows extends WithGradient {
  override gradient(dy: Tensor): Tensor {
    return dy;
  }
}

class GradientEverywhere extends WithGradient {
  override gradient(dy: Tensor, ids: Ids): Tensor {
    return super.gradient(dy, ids).add(1);
  }
}

class Clamped extends Embedding {
  override forward(ids: Ids): Tensor {
    const { data, shape } = parseIds(ids);
    const clamped = data.map((id) => Math.min(Math.max(id, 0), this.numEmbeddings - 1));
    return super.forward({ data: Int32Array.from(clamped), shape });
  }
}

class Wrapped extends Embedding {
  override forward(ids: Ids): Tensor {
    const { data, shape } = parseIds(ids);
    const wrapped = data.map((id) =>
      id < 0 && id >= -this.numEmbeddings ? id + this.numEmbeddings : id
    );
    return super.forward({ data: Int32Array.from(wrapped), shape });
  }
}

class Unchecked extends Embedding {
  override forward(ids: Ids): Tensor {
    const { data, shape } = parseIds(ids);
    const width = this.embeddingDim;
    const rows = data.flatMap((id) =>
      Array.from({ length: width }, (_, i) => this.E.data[id * width + i])
    );
    return tensor(Float64Array.from(rows), { shape: [...shape, width] });
  }
}

class Rounded extends Embedding {
  override forward(ids: Ids): Tensor {
    const y = super.forward(ids);
    return record("lookup", [this.E], Float64Array.from(y.data, Math.fround), y.shape, (dy) => [
      gatherBackward(dy, ids, this.E.shape),
    ]);
  }
}

class NeighbourRow extends Embedding {
  override forward(ids: Ids): Tensor {
    const { data, shape } = parseIds(ids);
    const next = data.map((id) => id >= 0 && id < this.numEmbeddings - 1 ? id + 1 : id);
    return super.forward({ data: Int32Array.from(next), shape });
  }
}

class FlatShape extends Embedding {
  override forward(ids: Ids): Tensor {
    return super.forward(parseIds(ids).data);
  }
}

class FreshAfterLoad extends Embedding {
  static override async load(path: string): Promise<Embedding> {
    const { numEmbeddings, embeddingDim } = await Embedding.load(path);
    return new Embedding(numEmbeddings, embeddingDim, { seed: 1 });
  }
}

class SavedAsText extends Embedding {
  override async save(path: string): Promise<void> {
    const digits = Array.from(this.E.data, (each) => each.toPrecision(8));
    await Deno.writeTextFile(path, JSON.stringify({ digits, shape: this.E.shape }));
  }

  static override async load(path: string): Promise<Embedding> {
    const { digits, shape } = JSON.parse(await Deno.readTextFile(path));
    return Embedding.fromPretrained(tensor(digits.map(Number), { shape }), { freeze: false });
  }
}

class SavedAsFloat32 extends Embedding {
  override async save(path: string): Promise<void> {
    await Deno.writeFile(
      path,
      encodeNpy({ data: Float32Array.from(this.E.data), shape: this.E.shape }),
    );
  }

  static override async load(path: string): Promise<Embedding> {
    const { data, shape } = decodeNpy(await Deno.readFile(path));
    const table = tensor(Float64Array.from(data as Float32Array), { shape });
    return Embedding.fromPretrained(table, { freeze: false });
  }
}

class LoadedAsTensor extends Embedding {
  static override async load(path: string): Promise<Embedding> {
    const loaded = await Embedding.load(path);
    return Object.defineProperty(loaded, "E", { value: loaded.E.detach() });
  }
}

class FrozenAfterLoad extends Embedding {
  static override async load(path: string): Promise<Embedding> {
    return Embedding.fromPretrained((await Embedding.load(path)).E);
  }
}

/** Every wrong class, with the first check that must refuse it and what the report must say. */
const wrongClasses = [
  { Wrong: FlatShape, check: "Shape-check", says: "shape [" },
  { Wrong: NeighbourRow, check: "Lookup correctness", says: "expected" },
  { Wrong: Rounded, check: "Lookup correctness", says: "rounded to float32" },
  { Wrong: Clamped, check: "Out-of-range raises", says: "clamped" },
  { Wrong: Wrapped, check: "Out-of-range raises", says: "counted from the back" },
  { Wrong: Unchecked, check: "Out-of-range raises", says: "an IndexError for id" },
  { Wrong: NoGradient, check: "Gradient flows", says: "needs no gradient" },
  { Wrong: GradientOfRows, check: "Gradient flows", says: "its backward gave" },
  { Wrong: GradientEverywhere, check: "Gradient flows", says: "expected" },
  { Wrong: LastWriteWins, check: "Duplicate-id gradient", says: "their gradients must add" },
  { Wrong: FreshAfterLoad, check: "Save / load round-trip", says: "in place of the fresh ones" },
  { Wrong: SavedAsText, check: "Save / load round-trip", says: "decimal text" },
  { Wrong: SavedAsFloat32, check: "Save / load round-trip", says: "rounded to float32" },
  { Wrong: LoadedAsTensor, check: "Save / load round-trip", says: "must be a Parameter" },
  { Wrong: FrozenAfterLoad, check: "Save / load round-trip", says: "needs no gradient" },
];

for (const { Wrong, check, says } of wrongClasses) {
  Deno.test(`"${check}" refuses ${Wrong.name}`, async () => {
    const report = await runChecks(embeddingChecks, Wrong);
    assertEquals(firstFailure(report).name, check);
    assertStringIncludes(report.toMime()["text/plain"], says);
    assertStringIncludes(report.toMime()["text/html"], check);
  });
}

Deno.test("A failing check shows the smallest counterexample", async () => {
  const { failure } = firstFailure(await runChecks(forwardChecks, LastWriteWins));
  assert(failure instanceof Counterexample);
  const { given, expected, got } = failure.details;
  assertEquals(given, { ids: [0, 0], upstream: [[1], [2]] });
  assertEquals([expected, got], [[[3]], [[2]]]);
});

Deno.test("A check cell throws when a check does not hold, and names it", async () => {
  const error = await assertRejects(
    () => silently(() => showChecks(forwardChecks, Clamped)),
    CheckError,
  );
  assertStringIncludes(error.message, "Out-of-range raises does not hold");
});

Deno.test("The check of a lookup refuses one that is off by a row, and says what an error was", async () => {
  const wrong = (table: Tensor, ids: Ids) => gather(table, ids).add(1);
  assertEquals((await runChecks(lookupChecks, wrong)).passed, false);
  const broken = () => {
    throw new RangeError("out of luck");
  };
  const report = await runChecks(lookupChecks, broken);
  assertStringIncludes(report.toMime()["text/plain"], "RangeError: out of luck");
});

function firstFailure({ results }: CheckReport) {
  const failed = results.find(({ failure }) => failure !== undefined);
  assert(failed !== undefined, "every check holds");
  return failed;
}

async function silently<Result>(fn: () => Promise<Result>): Promise<Result> {
  const { log } = console;
  console.log = () => {};
  try {
    return await fn();
  } finally {
    console.log = log;
  }
}
