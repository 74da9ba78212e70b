// What draws the points: WebGL where there is any, a canvas otherwise.

/** What is drawn, in the coordinates [-1, 1]. */
export interface Scene {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** The colour of each point, as an index into `colors`. */
  readonly codes: ArrayLike<number>;
  readonly colors: readonly string[];
  readonly background: string;
  readonly ink: string;
}

/** What a renderer tells. */
export interface Listener {
  /** The mouse is on a point, or, with -1, on none. */
  over(id: number): void;
  /** A point was clicked, or, with -1, the ground. */
  chosen(id: number): void;
  /** What is in view has changed. */
  moved(): void;
}

/** Draws points, and moves over them. */
export interface Renderer {
  /** Draws a scene; points that there were before move to their new places if `isMoving`. */
  draw(scene: Scene, isMoving: boolean): Promise<void>;
  /** Draws some points larger. */
  mark(ids: readonly number[]): void;
  /** Where a point is on the canvas, in pixels. */
  at(id: number): readonly [x: number, y: number] | undefined;
  /** Moves by a share of what is in view. */
  pan(dx: number, dy: number): void;
  /** Shows a smaller (above 1) or larger part. */
  zoom(factor: number): void;
  /** Shows everything. */
  reset(): void;
  /** Shows a point in the middle. */
  center(id: number): void;
}

/** Brings points into [-1, 1], both axes by one factor; numbers that are not finite stay at 0. */
export function fitted(points: Float32Array): { x: Float32Array; y: Float32Array } {
  const count = points.length / 2;
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  points.forEach((each, i) => {
    low[i % 2] = Math.min(low[i % 2] ?? 0, each);
    high[i % 2] = Math.max(high[i % 2] ?? 0, each);
  });
  const middle = [0, 1].map((axis) => ((low[axis] ?? 0) + (high[axis] ?? 0)) / 2);
  const span = (axis: number) => ((high[axis] ?? 0) - (low[axis] ?? 0)) / 2;
  const half = Math.max(span(0), span(1));
  const place = (axis: number) =>
    Float32Array.from({ length: count }, (_, id) => {
      const each = 0.92 * ((points[2 * id + axis] ?? 0) - (middle[axis] ?? 0)) / (half || 1);
      return Number.isFinite(each) ? each : 0;
    });
  return { x: place(0), y: place(1) };
}
