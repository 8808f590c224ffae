import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the page from `lambdas/admin/web` into a folder that the admin function serves. */
export async function buildPage(outDir: string): Promise<void> {
  const source = join(import.meta.dirname, '../../lambdas/admin/web');
  mkdirSync(outDir, { recursive: true });
  await build({
    entryPoints: [join(source, 'page.tsx'), join(source, 'page.css')],
    outdir: outDir,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'silent',
  });
  copyFileSync(join(source, 'index.html'), join(outDir, 'index.html'));
}
