import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { PackageSource } from '#usecases/deploy-package.ts';

const testsFile = z.array(z.string().check(z.regex(/^\w{1,255}$/))).check(z.minLength(1));

/** @param folder as the build makes it: `package.zip`, `tests.json` */
export async function readPackageSource(folder: string): Promise<PackageSource> {
  const tests: unknown = JSON.parse(await readFile(join(folder, 'tests.json'), 'utf8'));
  return { zip: await readFile(join(folder, 'package.zip')), tests: testsFile.parse(tests) };
}
