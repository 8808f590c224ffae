/** How well something is, worst last. */
export const LEVELS = ['green', 'yellow', 'red'] as const;
export type Level = (typeof LEVELS)[number];

/** What came of one check. */
export interface Finding {
  /** Short name of what was looked at. */
  readonly check: string;
  readonly level: Level;
  /** One sentence: what was seen. */
  readonly found: string;
  /** What to do about it; absent when nothing needs doing. */
  readonly fix?: string;
}

export function green(check: string, found: string): Finding {
  return { check, level: 'green', found };
}

export function yellow(check: string, found: string, fix: string): Finding {
  return { check, level: 'yellow', found, fix };
}

export function red(check: string, found: string, fix: string): Finding {
  return { check, level: 'red', found, fix };
}

export function worstOf(findings: readonly Finding[]): Level {
  const worst = Math.max(0, ...findings.map(({ level }) => LEVELS.indexOf(level)));
  return LEVELS[worst] ?? 'red';
}
