// What the tables of wrong answers to Lab 00 are made of.

/** An answer, the check that must refuse it, and what its report must say. */
export interface Planted<Answer> {
  /** What was done wrong. */
  readonly mistake: string;
  readonly answer: Answer;
  /** The first check that refuses it. */
  readonly check: string;
  /** What the failure's text must hold, each. */
  readonly says: readonly string[];
  /** What its hint must hold; null for no hint. */
  readonly hint: string | null;
}

/** Whatever a notebook hands over, where types are not checked. */
export const wild = (value: unknown) => value as never;
