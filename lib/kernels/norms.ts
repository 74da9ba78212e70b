// Norms of numbers that neither overflow nor vanish before the root is taken.

/** `(sum of |x|^p)^(1/p)`, the largest |x| for p Infinity; 0 of no numbers, NaN where there is one. */
export function normOf(numbers: ArrayLike<number>, p: number): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) {
    const size = Math.abs(numbers[i] ?? 0);
    if (Number.isNaN(size)) return NaN;
    if (size > largest) largest = size;
  }
  if (p === Infinity || largest === 0 || !Number.isFinite(largest)) return largest;
  // Of numbers near 1, the powers and their sum are in range; a power of two scales without rounding.
  const scale = 2 ** Math.floor(Math.log2(largest));
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    const x = Math.abs(numbers[i] ?? 0) / scale;
    sum += p === 2 ? x * x : x ** p;
  }
  return scale * (p === 2 ? Math.sqrt(sum) : sum ** (1 / p));
}
