// What an explorer page holds: words, their labels, and for each epoch its vectors and points.

/** One label of all words. */
export interface PageLabel {
  readonly name: string;
  /** The values that it has. */
  readonly values: readonly string[];
  /** Which of the values each word has: Uint16, in base64. */
  readonly codes: string;
}

/** The table at one time. */
export interface PageEpoch {
  readonly name: string;
  /** The vectors, (V, d): float32, in base64. */
  readonly vectors: string;
  /** Points (V, 2) by the projection's name: float32, in base64. */
  readonly points: Readonly<Record<string, string>>;
}

/** All that a page shows. */
export interface PageData {
  readonly title: string;
  readonly words: readonly string[];
  readonly width: number;
  readonly labels: readonly PageLabel[];
  readonly projections: readonly string[];
  readonly epochs: readonly PageEpoch[];
  /** Said below the picture, such as that there is no UMAP. */
  readonly note: string;
}

/** Bytes as base64. */
export function toBase64(numbers: Float32Array | Uint16Array): string {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).toBase64();
}

/** The bytes that base64 stands for. */
export function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}
