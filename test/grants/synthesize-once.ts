import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesized } from '../support/cloud/synthesized.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cloud assembly that every file of the run starts. */
    readonly assembly: string;
  }
}

/** Bundles and templates are made once a run, not once a file. @returns what removes them */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'rts-cloud-'));
  project.provide('assembly', await synthesized(folder));
  return () => rmSync(folder, { recursive: true, force: true });
}
