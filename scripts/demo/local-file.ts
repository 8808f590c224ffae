import { readFileSync } from 'node:fs';

/** `.data/local.json`, written by `npm start` with mode 600: how scripts reach what is running. */
export interface LocalFile {
  /** Link that opens the page, once; `npm run page` makes another. */
  readonly page: string;
  /** Receiver's origin. */
  readonly api: string;
  /** Practice org's origin. */
  readonly org: string;
  /** 18 characters. */
  readonly orgId: string;
  /** Sync User's session on the practice org. */
  readonly accessToken: string;
  /** Mixmax Token, `whsec_…`. */
  readonly token: string;
  readonly apiKey: string;
  /** Opens the practice org's `/__org/…` and the receiver's `/__local/…`. */
  readonly controlToken: string;
}

export function readLocalFile(path: string): LocalFile {
  return JSON.parse(readFileSync(path, 'utf8')) as LocalFile;
}
