// Which names are found, and which have room.

/** More names than this are too many to read. */
const mostNames = 60;

/** The ids of words that contain a text, whatever its case: equal ones first, then beginnings. */
export function search(words: readonly string[], wanted: string): number[] {
  const text = wanted.toLowerCase();
  const groups: [number[], number[], number[]] = [[], [], []];
  for (const [id, word] of words.entries()) {
    const lower = word.toLowerCase();
    if (lower === text) groups[0].push(id);
    else if (lower.startsWith(text)) groups[1].push(id);
    else if (lower.includes(text)) groups[2].push(id);
  }
  return groups[0].concat(groups[1], groups[2]);
}

/** What names are placed by. */
export interface NameSpace {
  readonly words: readonly string[];
  /** Where a point is, in pixels. */
  readonly at: (id: number) => readonly [x: number, y: number] | undefined;
  readonly width: number;
  readonly height: number;
}

/** The names that can be written without covering each other, those that come first first. */
export function roomForNames(
  ids: Iterable<number>,
  { words, at, width, height }: NameSpace,
): { id: number; x: number; y: number }[] {
  const written: { id: number; x: number; y: number; room: number }[] = [];
  for (const id of ids) {
    if (written.length >= mostNames) break;
    const [x, y] = at(id) ?? [-1, -1];
    const room = 7 * (words[id]?.length ?? 0) + 10;
    const isOutside = x < 0 || y < 0 || x > width || y > height;
    const isUpon = written.some((other) =>
      Math.abs(y - other.y) < 15 && x < other.x + other.room && other.x < x + room
    );
    if (!isOutside && !isUpon) written.push({ id, x, y, room });
  }
  return written.map(({ id, x, y }) => ({ id, x, y }));
}
