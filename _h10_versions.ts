import fc from "fast-check";
import { Parameter, Sgd, tensor, type Tensor } from "minimodel";
import { opCases, applyOp, numbersForAll, describeCase } from "./tests/_op_cases.ts";
type R = { refused?: string; grads?: number[][] };
function run(each: any, nums: number[][], change: (ps: Parameter[]) => void): R {
  const ps = nums.map((v, i) => new Parameter(tensor(v, { shape: each.shapes[i] })));
  const y = applyOp(each.op, ps, each.params);
  change(ps);
  const up = tensor(Float64Array.from({ length: y.size }, (_, i) => Math.cos(i + 1)), { shape: y.shape });
  try { y.backward(up); } catch (e) { return { refused: (e as Error).message }; }
  return { grads: ps.map((p) => p.grad === null ? [] : [...p.grad.data]) };
}
const seen = new Map<string, { refused: number; reads: number; harmless: number; wrong: number }>();
for (const each of opCases) {
  for (let k = 0; k < each.shapes.length; k++) {
    for (const nums of fc.sample(numbersForAll(each), { numRuns: 8, seed: 5 })) {
      const key = `${each.op} ${k}`;
      const s = seen.get(key) ?? { refused: 0, reads: 0, harmless: 0, wrong: 0 };
      seen.set(key, s);
      const truth = run(each, nums, () => {});
      const step = run(each, nums, (ps) => {
        const p = ps[k]; p.grad = tensor(Float64Array.from({ length: p.size }, (_, i) => 1 + i), { shape: p.shape });
        new Sgd([p], { lr: 0.3 }).step(); p.grad = null;
      });
      const silent = run(each, nums, (ps) => { const d = ps[k].data; for (let i = 0; i < d.length; i++) d[i] = d[i] - 0.3 * (1 + i); });
      const changed = JSON.stringify(silent.grads) !== JSON.stringify(truth.grads);
      if (step.refused) s.refused++; else if (JSON.stringify(step.grads) !== JSON.stringify(truth.grads)) { s.wrong++; console.log("WRONG", describeCase(each), k); }
      if (changed) { s.reads++; if (!step.refused) console.log("UNREFUSED", describeCase(each)); }
      else s.harmless++;
    }
  }
}
for (const [k, s] of seen) console.log(k.padEnd(20), s.refused > 0 ? "refused" : "", s.reads > 0 ? "reads" : "", (s.refused > 0) !== (s.reads > 0) ? "<<<<<<" : "", JSON.stringify(s));
