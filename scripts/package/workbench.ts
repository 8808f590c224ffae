import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../one-machine/user-error.ts';
import { projectRoot } from '../project-root.ts';
import { createPrintingSf, createSf, type Sf } from './sf.ts';

/** What a command works with: the command line, and a place to put source together. */
export interface Workbench {
  readonly sf: Sf;
  readonly say: (line: string) => void;
  /**
   * Puts source into an SFDX project of its own, so that nothing is written into this one, and removes it afterwards.
   * @param work gets the project's folder, in which `sf` is to run
   */
  withProject<Result>(
    content: ProjectContent,
    work: (folder: string) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Writes text by path below a folder.
   * @throws UserError when a file is there already: somebody may have changed it
   */
  write(folder: string, files: ReadonlyMap<string, string>): Promise<void>;
}

export interface ProjectContent {
  /** Folders of this project, such as `force-app/main`, copied under the same path. */
  readonly folders: readonly string[];
  /** Text by path; written over what was copied. */
  readonly files?: ReadonlyMap<string, string>;
}

export const API_VERSION = '66.0';

const PROJECT_FILE = JSON.stringify({
  packageDirectories: [{ path: 'force-app', default: true }],
  namespace: '',
  sourceApiVersion: API_VERSION,
});

export function createWorkbench(sf: Sf = createSf()): Workbench {
  return {
    sf,
    say: (line) => console.log(line),
    async withProject(content, work) {
      const folder = await mkdtemp(join(tmpdir(), 'mixmax-rts-'));
      try {
        await fill(folder, content);
        return await work(folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    write: writeNew,
  };
}

/** For `--print`: nothing is run, written or asked. */
export function createPrintingWorkbench(say: (line: string) => void = console.log): Workbench {
  return {
    sf: createPrintingSf(say),
    say,
    withProject({ folders, files }, work) {
      const parts = [...folders, ...(files?.keys() ?? [])];
      say(`# in a temporary SFDX project with ${parts.join(', ')}`);
      return work('.');
    },
    async write(folder, files) {
      for (const path of files.keys()) say(`# write ${join(folder, path)}`);
    },
  };
}

async function writeNew(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? new UserError(`${file} is there already.`) : error;
    });
  }
}

async function fill(folder: string, { folders, files }: ProjectContent): Promise<void> {
  await mkdir(join(folder, 'force-app'));
  const own = new Map([['sfdx-project.json', PROJECT_FILE], ...(files ?? [])]);
  for (const path of folders) {
    // Read-me files are for people; sf would take them for metadata.
    const filter = (from: string) => !from.endsWith('.md');
    await cp(join(projectRoot, path), join(folder, path), { recursive: true, filter });
  }
  for (const [path, text] of own) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
