// Reads what resvg writes: a PNG of 8 bits, RGB or RGBA, not interlaced.

import { assertEquals } from "@std/assert";

/** An image's size and, row by row, its pixels' brightness and opacity. */
export interface Image {
  width: number;
  height: number;
  /** From 0 (black) to 255 (white). */
  brightness: Uint8Array;
  /** From 0 (clear) to 255. */
  opacity: Uint8Array;
}

/** Decodes a PNG file's bytes, checking signature and header on the way. */
export async function decodePng(bytes: Uint8Array<ArrayBuffer>): Promise<Image> {
  assertEquals([...bytes.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: { type: string; data: Uint8Array<ArrayBuffer> }[] = [];
  for (let at = 8; at < bytes.length;) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(bytes.subarray(at + 4, at + 8));
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  assertEquals(chunks[0].type, "IHDR");
  assertEquals(chunks.at(-1)?.type, "IEND");
  const header = new DataView(chunks[0].data.slice().buffer);
  const [width, height] = [header.getUint32(0), header.getUint32(4)];
  const [depth, color, , , interlace] = chunks[0].data.subarray(8);
  assertEquals([depth, interlace], [8, 0]);
  const channels = new Map([[2, 3], [6, 4]]).get(color);
  if (channels === undefined) throw new TypeError(`Cannot read a PNG of colour type ${color}`);
  const packed = new Blob(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data));
  const stream = packed.stream().pipeThrough(new DecompressionStream("deflate"));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const pixels = unfilter(raw, width * channels, channels);
  const brightness = new Uint8Array(width * height);
  const opacity = new Uint8Array(width * height).fill(255);
  for (let pixel = 0; pixel < brightness.length; pixel++) {
    const at = pixel * channels;
    brightness[pixel] = Math.round((pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3);
    if (channels === 4) opacity[pixel] = pixels[at + 3];
  }
  return { width, height, brightness, opacity };
}

/** Counts the pixels darker than half in a rectangle given in pixels. */
export function countInk(
  image: Image,
  area: { left: number; top: number; right: number; bottom: number },
): number {
  let count = 0;
  for (let y = area.top; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++) {
      if (image.brightness[y * image.width + x] < 128) count++;
    }
  }
  return count;
}

function unfilter(raw: Uint8Array, rowLength: number, step: number): Uint8Array {
  const rows = raw.length / (rowLength + 1);
  const out = new Uint8Array(rows * rowLength);
  for (let row = 0; row < rows; row++) {
    const filter = raw[row * (rowLength + 1)];
    for (let index = 0; index < rowLength; index++) {
      const at = row * rowLength + index;
      const left = index < step ? 0 : out[at - step];
      const up = row === 0 ? 0 : out[at - rowLength];
      const corner = index < step || row === 0 ? 0 : out[at - rowLength - step];
      let guess = 0;
      if (filter === 1) guess = left;
      else if (filter === 2) guess = up;
      else if (filter === 3) guess = (left + up) >> 1;
      else if (filter === 4) guess = paeth(left, up, corner);
      out[at] = raw[row * (rowLength + 1) + 1 + index] + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const sum = left + up - corner;
  const byLeft = Math.abs(sum - left);
  const byUp = Math.abs(sum - up);
  const byCorner = Math.abs(sum - corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}
