import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../one-machine/user-error.ts';

export interface RecordedRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  /** Sent as JSON, or as a form when it is text. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a real org answered. */
export interface RecordedAnswer {
  readonly request: RecordedRequest;
  /** Undefined when only the body was published. */
  readonly status: number | undefined;
  /** Lower-case names; undefined when only the body was published. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: unknown;
}

/** One file of recordings: whole exchanges in their order, or one bare body. */
export type RecordingFile =
  | {
      readonly name: string;
      readonly kind: 'exchanges';
      readonly answers: readonly RecordedAnswer[];
    }
  | { readonly name: string; readonly kind: 'body'; readonly body: unknown };

const exchanges = z
  .array(
    z.object({
      request: z.object({
        method: z.string(),
        path: z.string(),
        query: z.record(z.string(), z.string()).optional(),
        body: z.unknown().optional(),
      }),
      status: z.int(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown(),
    }),
  )
  .min(1);

/**
 * Reads every `.json` file below a folder, in the order of their names.
 * @throws UserError when the folder cannot be read or holds none
 */
export function readRecordings(folder: string): RecordingFile[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`--recordings ${folder}: it cannot be read (${reason}).`);
  }
  const files = names.filter((name) => name.endsWith('.json')).sort();
  if (files.length === 0) throw new UserError(`--recordings ${folder}: no .json file is there.`);
  return files.map((name) => readFile(folder, name));
}

function readFile(folder: string, name: string): RecordingFile {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    throw new UserError(`--recordings: ${name} is no JSON.`);
  }
  const parsed = exchanges.safeParse(content);
  if (!parsed.success) return { name, kind: 'body', body: content };
  const answers = parsed.data.map(({ request, ...answer }) => ({
    ...answer,
    request: {
      method: request.method,
      path: withQuery(request.path, request.query),
      ...(request.body === undefined ? {} : { body: request.body }),
    },
  }));
  return { name, kind: 'exchanges', answers };
}

function withQuery(path: string, query: Readonly<Record<string, string>> | undefined): string {
  return query === undefined ? path : `${path}?${new URLSearchParams(query)}`;
}
