import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '#core/errors.ts';
import { once } from '#core/once.ts';
import type { HttpAnswer } from '../http/answers.ts';

const CONTENT_TYPE: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/** The page loads its own files and talks to this host, nothing else. Inline scripts and frames are refused. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the page itself shows: all of the org to its admins, his own settings to a user. */
const VIEWS: ReadonlySet<string> = new Set(['/', '/me']);

export type PageFiles = (path: string) => Promise<HttpAnswer>;

/**
 * The page's files. The folder is read once, and only names found in it then are served: no request is ever made a
 * path of the file system.
 *
 * @param pageDir absent = no page
 */
export function pageFiles(pageDir: string | undefined): PageFiles {
  const files = once(() => readFiles(pageDir));
  return async (path) => {
    const name = VIEWS.has(path) ? 'index.html' : path.slice(1);
    const file = (await files()).get(name);
    if (file === undefined) throw new AppError('not-found', 'There is nothing at this path.');
    return {
      statusCode: 200,
      headers: {
        'content-type': file.contentType,
        'content-security-policy': POLICY,
        'cache-control': 'no-cache',
      },
      body: file.bytes.toString('base64'),
      isBase64Encoded: true,
    };
  };
}

interface PageFile {
  readonly contentType: string;
  readonly bytes: Buffer;
}

async function readFiles(pageDir: string | undefined): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  if (pageDir === undefined) return files;
  for (const entry of await readdir(pageDir, { withFileTypes: true })) {
    const contentType = CONTENT_TYPE[extname(entry.name)];
    if (!entry.isFile() || contentType === undefined) continue;
    files.set(entry.name, { contentType, bytes: await readFile(join(pageDir, entry.name)) });
  }
  return files;
}
