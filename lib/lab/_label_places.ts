// Where the words of a picture stand: beside their points, none upon another.

/** A word and the point that it belongs to, in pixels. */
export interface Anchor {
  readonly x: number;
  readonly y: number;
  /** How much room the word takes; 0 for a point without one. */
  readonly width: number;
}

/** Where words may stand, and how high they are. */
export interface Room {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly lineHeight: number;
  /** The radius of a point. */
  readonly radius: number;
}

/** The middle of a word. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How far from its point a word may stand, in pixels, nearest first. */
const distances = [2, 6, 12, 20, 30, 42, 56, 72, 90, 110];
const directions = Array.from({ length: 16 }, (_, turn) => turn * Math.PI / 8);
/** The side of the squares by which boxes are found. */
const side = 64;
/** What it costs to stand on a point, in pixels of distance. */
const costOfPoint = 14;

/**
 * Returns the place of each word, or undefined where there is no room for it. Words never overlap;
 * where it can be helped they do not stand on points.
 */
export function placeLabels(anchors: readonly Anchor[], room: Room): (Place | undefined)[] {
  const points = new Boxes();
  const words = new Boxes();
  for (const { x, y } of anchors) points.add(boxAt({ x, y }, 2 * room.radius, 2 * room.radius));
  // Where it is crowded, words are placed first: those at the edge have other places to go to.
  const crowd = anchors.map(({ x, y }) => points.count(boxAt({ x, y }, 80, 80)));
  const order = anchors.flatMap(({ width }, index) => width > 0 ? [index] : [])
    .sort((a, b) => (crowd[b] ?? 0) - (crowd[a] ?? 0) || a - b);
  const places: (Place | undefined)[] = anchors.map(() => undefined);
  for (const index of order) {
    const anchor = anchors[index];
    if (anchor === undefined) continue;
    const place = placeOne(anchor, room, { points, words });
    if (place === undefined) continue;
    words.add(boxAt(place, anchor.width, room.lineHeight));
    places[index] = place;
  }
  return places;
}

function placeOne(
  { x, y, width }: Anchor,
  { left, top, right, bottom, lineHeight, radius }: Room,
  taken: { readonly points: Boxes; readonly words: Boxes },
): Place | undefined {
  let [found, least] = [undefined as Place | undefined, Infinity];
  for (const distance of distances) {
    if (distance >= least) break;
    for (const direction of directions) {
      const reach = radius + distance;
      const place = {
        x: x + Math.cos(direction) * (reach + width / 2),
        y: y + Math.sin(direction) * (reach + lineHeight / 2),
      };
      const box = boxAt(place, width, lineHeight);
      const inside = box.left >= left && box.right <= right && box.top >= top &&
        box.bottom <= bottom;
      if (!inside || taken.words.count(box) > 0) continue;
      const cost = distance + costOfPoint * taken.points.count(box);
      if (cost < least) [found, least] = [place, cost];
    }
  }
  return found;
}

function boxAt({ x, y }: Place, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

/** Boxes that are found by where they are. */
class Boxes {
  readonly #bySquare = new Map<string, Box[]>();

  add(box: Box): void {
    for (const square of squaresOf(box)) {
      const boxes = this.#bySquare.get(square);
      if (boxes === undefined) this.#bySquare.set(square, [box]);
      else boxes.push(box);
    }
  }

  /** How many boxes overlap one. */
  count(box: Box): number {
    const overlapping = new Set<Box>();
    for (const square of squaresOf(box)) {
      for (const other of this.#bySquare.get(square) ?? []) {
        const apart = other.right <= box.left || box.right <= other.left ||
          other.bottom <= box.top || box.bottom <= other.top;
        if (!apart) overlapping.add(other);
      }
    }
    return overlapping.size;
  }
}

function* squaresOf({ left, top, right, bottom }: Box): Generator<string> {
  for (let x = Math.floor(left / side); x <= Math.floor(right / side); x++) {
    for (let y = Math.floor(top / side); y <= Math.floor(bottom / side); y++) yield `${x} ${y}`;
  }
}
