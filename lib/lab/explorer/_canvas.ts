/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Points on a plain canvas, for browsers without WebGL.

import type { Listener, Renderer, Scene } from "./_renderer.ts";

/** Draws on a canvas in two dimensions. */
export function canvasRenderer(canvas: HTMLCanvasElement, listener: Listener): Renderer {
  const context = canvas.getContext("2d");
  let scene: Scene | undefined;
  let marked: readonly number[] = [];
  let [middleX, middleY, scale] = [0, 0, 1];
  let isAsked = false;

  /** Where points are: looked up once for all of them, since the browser measures each time. */
  const view = () => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const half = Math.min(width, height) / 2 * scale;
    return {
      width,
      height,
      half,
      left: width / 2 - middleX * half,
      top: height / 2 + middleY * half,
    };
  };
  const at = (id: number): [number, number] => {
    const { half, left, top } = view();
    return [left + (scene?.x[id] ?? 0) * half, top - (scene?.y[id] ?? 0) * half];
  };
  const paint = () => {
    isAsked = false;
    if (context === null || scene === undefined) return;
    const dense = globalThis.devicePixelRatio || 1;
    const { width, height, half, left, top } = view();
    const [wide, high] = [Math.round(width * dense), Math.round(height * dense)];
    if (wide === 0 || high === 0) return;
    if (canvas.width !== wide || canvas.height !== high) {
      [canvas.width, canvas.height] = [wide, high];
    }
    const seen = { half: half * dense, left: left * dense, top: top * dense };
    const size = (scene.x.length > many ? 3 : 9) * dense;
    if (scene.x.length > many) paintSquares(context, scene, { ...seen, size: Math.round(size) });
    else paintDots(context, scene, { ...seen, size });
    context.strokeStyle = scene.ink;
    context.lineWidth = 2 * dense;
    for (const id of marked) {
      const [x, y] = at(id);
      context.strokeRect(dense * x - size, dense * y - size, 2 * size, 2 * size);
    }
  };
  const ask = () => {
    if (!isAsked) requestAnimationFrame(paint);
    isAsked = true;
    listener.moved();
  };
  /** The point within 8 pixels of a place, the nearest one. */
  const under = ({ offsetX, offsetY }: MouseEvent) => {
    let [found, least] = [-1, 64];
    const { half, left, top } = view();
    for (let id = 0; id < (scene?.x.length ?? 0); id++) {
      const dx = left + (scene?.x[id] ?? 0) * half - offsetX;
      const dy = top - (scene?.y[id] ?? 0) * half - offsetY;
      const distance = dx * dx + dy * dy;
      if (distance < least) [found, least] = [id, distance];
    }
    return found;
  };
  let dragged: { x: number; y: number; far: boolean } | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    dragged = { x: event.offsetX, y: event.offsetY, far: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (dragged === undefined) return listener.over(under(event));
    const [dx, dy] = [event.offsetX - dragged.x, event.offsetY - dragged.y];
    if (!dragged.far && Math.hypot(dx, dy) < 4) return;
    dragged = { x: event.offsetX, y: event.offsetY, far: true };
    const { half } = view();
    [middleX, middleY] = [middleX - dx / half, middleY + dy / half];
    ask();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (dragged?.far === false) listener.chosen(under(event));
    dragged = undefined;
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    scale *= Math.exp(-event.deltaY / 500);
    ask();
  }, { passive: false });
  new ResizeObserver(ask).observe(canvas);
  return {
    draw(given) {
      scene = given;
      ask();
      return Promise.resolve();
    },
    mark(ids) {
      marked = ids;
      ask();
    },
    at,
    pan(dx, dy) {
      [middleX, middleY] = [middleX + dx / scale, middleY + dy / scale];
      ask();
    },
    zoom(factor) {
      scale *= factor;
      ask();
    },
    reset() {
      [middleX, middleY, scale] = [0, 0, 1];
      ask();
    },
    center(id) {
      [middleX, middleY] = [scene?.x[id] ?? 0, scene?.y[id] ?? 0];
      scale = Math.max(scale, 1.7);
      ask();
    },
  };
}

/** Of more points than this, each is a small square, written straight into the picture. */
const many = 5000;

interface View {
  readonly half: number;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

function paintDots(
  context: CanvasRenderingContext2D,
  { x, y, codes, colors, background }: Scene,
  { half, left, top, size }: View,
): void {
  context.fillStyle = background;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
  for (let id = 0; id < x.length; id++) {
    context.fillStyle = colors[codes[id] ?? 0] ?? "gray";
    context.beginPath();
    context.arc(left + (x[id] ?? 0) * half, top - (y[id] ?? 0) * half, size / 2, 0, 7);
    context.fill();
  }
}

function paintSquares(
  context: CanvasRenderingContext2D,
  { x, y, codes, colors, background }: Scene,
  { half, left, top, size }: View,
): void {
  const { width, height } = context.canvas;
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(pixelOf(context, background));
  const inks = colors.map((color) => pixelOf(context, color));
  for (let id = 0; id < x.length; id++) {
    const column = Math.round(left + (x[id] ?? 0) * half - size / 2);
    const row = Math.round(top - (y[id] ?? 0) * half - size / 2);
    if (column < 0 || row < 0 || column + size > width || row + size > height) continue;
    const ink = inks[codes[id] ?? 0] ?? 0;
    for (let line = row; line < row + size; line++) {
      const start = line * width + column;
      for (let at = start; at < start + size; at++) pixels[at] = ink;
    }
  }
  context.putImageData(image, 0, 0);
}

/** A colour as one number of a picture. */
function pixelOf(context: CanvasRenderingContext2D, color: string): number {
  context.fillStyle = color;
  // The canvas gives every opaque colour back as #rrggbb.
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    parseInt(`${context.fillStyle}`.slice(at, at + 2), 16)
  );
  return new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0] ?? 0;
}
