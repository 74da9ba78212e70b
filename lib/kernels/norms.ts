// Norms that neither overflow nor underflow before the root is taken.

/**
 * `(sum of |x|^p)^(1/p)`, or the largest |x| for p Infinity; 0 if there are no numbers, NaN if one
 * of them is NaN.
 */
export function normOf(numbers: ArrayLike<number>, p: number): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) {
    const size = Math.abs(numbers[i] ?? 0);
    if (Number.isNaN(size)) return NaN;
    if (size > largest) largest = size;
  }
  if (p === Infinity || largest === 0 || !Number.isFinite(largest)) return largest;
  // For numbers near 1, the powers and their sum are in range; scaling by a power of two is exact.
  const scale = 2 ** Math.floor(Math.log2(largest));
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    const x = Math.abs(numbers[i] ?? 0) / scale;
    sum += p === 2 ? x * x : x ** p;
  }
  return scale * (p === 2 ? Math.sqrt(sum) : sum ** (1 / p));
}
