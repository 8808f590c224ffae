import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '../..');

/** Neither needs anything but this machine. */
const OFFLINE = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_LEGACY_EXPORT_WARNING: '1' };

/**
 * Runs the CDK's own command line on `cdk/`, with this Node also for the app that it starts.
 *
 * @param quiet keeps what it says to itself, unless it fails
 * @returns its exit code
 */
export async function runCdk(args: readonly string[], { quiet = false } = {}): Promise<number> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'],
    {
      cwd: join(ROOT, 'cdk'),
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      env: {
        ...process.env,
        ...OFFLINE,
        PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
      },
    },
  );
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (quiet && code !== 0) process.stderr.write(Buffer.concat(said));
  return code ?? 1;
}
