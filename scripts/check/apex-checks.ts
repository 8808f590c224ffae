import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseSource } from '../../local/org/apex/syntax/parse-source.ts';
import { projectRoot } from '../project-root.ts';
import { type Check, command, installed, withoutJava } from './check.ts';
import { readPackage } from './package-source.ts';
import { pmdFaults } from './pmd.ts';

const require = createRequire(import.meta.url);

/** The checks of the package's Apex, cheapest first. `root` holds `sfdx-project.json` and `force-app`. */
export function apexChecks(root: string): readonly Check[] {
  return [
    { name: 'Apex parses', run: async () => syntaxFaults(root) },
    {
      name: 'Apex is formatted',
      obstacle: async () => withoutFormatter(),
      run: () => formatFaults(root),
    },
    {
      name: 'Apex compiles against the platform types',
      obstacle: withoutJava,
      run: () => apexLsFaults(root),
    },
    {
      name: 'Apex keeps the PMD rules',
      obstacle: withoutJava,
      run: () => pmdFaults(join(root, 'force-app')),
    },
  ];
}

function syntaxFaults(root: string): string[] {
  const sources = readPackage(join(root, 'force-app')).filter((file) =>
    /\.(cls|trigger)$/.test(file.path),
  );
  if (sources.length === 0) return ['force-app holds no Apex'];
  return sources
    .flatMap((file) => parseSource(file).problems)
    .map((problem) => `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`);
}

/** Prettier reads Apex with Salesforce's own front end, which is a program of the machine's kind. */
function withoutFormatter(): string | undefined {
  const kind = `${process.platform}-${process.arch}`;
  try {
    require.resolve(`@prettier-apex/apex-ast-serializer-${kind}/package.json`);
    return undefined;
  } catch {
    return `the Apex formatter has no program for ${kind}`;
  }
}

function formatFaults(root: string): Promise<readonly string[]> {
  const config = join(projectRoot, '.prettierrc.json');
  const pattern = join(root, 'force-app/**/*.{cls,trigger}');
  return command(installed('prettier'), [
    ...['--check', '--log-level=warn', '--no-editorconfig'],
    ...['--config', config, pattern],
  ]);
}

/** A short run: the start of the JVM is most of it. */
const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** apex-ls and the types of API 65 travel inside the PMD engine. `-n`: no cache in the home folder. */
function apexLsFaults(root: string): Promise<readonly string[]> {
  const engine = dirname(require.resolve('@salesforce/code-analyzer-pmd-engine'));
  const checker = 'io.github.apexdevtools.apexls.CheckForIssues';
  const options = ['-n', '-w', root, '-d', 'warnings', '-f', 'text'];
  const classPath = join(engine, 'java-lib', '*');
  return command('java', [...QUICK_START, '-cp', classPath, checker, ...options]);
}
