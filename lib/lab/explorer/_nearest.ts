// The nearest words by cosine, as `WordVectors.nearest` finds them: exact, equal ones by id.

/** A word and its cosine. */
export interface Near {
  readonly id: number;
  readonly score: number;
}

/** The `k` nearest rows of a row; rows of zeros are nobody's neighbours. */
export function nearestTo(
  id: number,
  k: number,
  { vectors, width }: { readonly vectors: Float32Array; readonly width: number },
): Near[] {
  const query = vectors.subarray(id * width, (id + 1) * width);
  const count = vectors.length / width;
  const found: Near[] = [];
  const length = lengthOf(query);
  if (length === 0) return [];
  for (let other = 0; other < count; other++) {
    if (other === id) continue;
    let [product, square] = [0, 0];
    for (let i = 0, at = other * width; i < width; i++, at++) {
      const each = vectors[at] ?? 0;
      product += each * (query[i] ?? 0);
      square += each * each;
    }
    if (square === 0) continue;
    const score = product / (length * Math.sqrt(square));
    if (found.length === k && score <= (found[k - 1]?.score ?? 0)) continue;
    const place = found.findIndex((near) => near.score < score);
    found.splice(place < 0 ? found.length : place, 0, { id: other, score });
    if (found.length > k) found.pop();
  }
  return found;
}

function lengthOf(row: Float32Array): number {
  return Math.sqrt(row.reduce((sum, each) => sum + each * each, 0));
}
