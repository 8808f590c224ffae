import type * as z from 'zod/mini';

/** A schema's complaint: where, as a JSON pointer (RFC 6901), and what, without quoting what was given. */
export interface IssueText {
  readonly pointer: string;
  readonly reason: string;
}

/** zod/mini says only "Invalid input"; this says what was expected, at a fraction of its locale's size. */
export function describeIssue(issue: z.core.$ZodIssue | undefined): IssueText {
  if (issue === undefined) return { pointer: '', reason: 'is not valid' };
  return { pointer: pointerOf(issue.path), reason: reasonOf(issue) };
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

function reasonOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `is missing or no ${issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'unrecognized_keys':
      return `has an unknown member ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    case 'invalid_format':
      return 'has not the expected form';
    default:
      return 'is not valid';
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}
