// Counts of one kind of fault: how many were injected, and after how many all was whole.

/** The counts of one kind of fault. */
export class Tally {
  readonly title: string;
  survived = 0;
  readonly lost: string[] = [];

  constructor(title: string) {
    this.title = title;
  }

  get injected(): number {
    return this.survived + this.lost.length;
  }

  /** Counts one fault; `problems` say what went wrong. */
  count(where: string, problems: readonly string[]): void {
    if (problems.length === 0) this.survived++;
    else this.lost.push(`${where}: ${problems.join("; ")}`);
  }

  /** Counts problems that show after all faults, and nothing if there are none. */
  countAfterwards(problems: readonly string[]): void {
    if (problems.length > 0) this.count("after the last fault", problems);
  }

  /** The counts on one line. */
  toString(): string {
    const cells = [`${this.injected} injected`, `${this.survived} survived`];
    return `${this.title.padEnd(52)}${cells.map((cell) => cell.padStart(15)).join("")}${
      `${this.lost.length} lost`.padStart(10)
    }`;
  }
}
