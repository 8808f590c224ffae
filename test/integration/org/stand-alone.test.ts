import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Child, killGroup, runScript } from '../../../scripts/demo/child.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** `npm run org` as somebody uses it who has other source than this project's. */

let org: Child | undefined;

afterEach(async () => {
  if (org === undefined) return;
  killGroup(org, 'SIGTERM');
  await org.ended;
  org = undefined;
});

function start(folder: string, ...args: readonly string[]): Child {
  org = runScript('scripts/org.ts', ['--port', '0', '--data', join(folder, 'data'), ...args]);
  return org;
}

function said(child: Child, label: string): string {
  const line =
    child
      .output()
      .split('\n')
      .find((one) => one.startsWith(label)) ?? '';
  return line.slice(label.length).trim();
}

function writeProject(folder: string): void {
  const classes = join(folder, 'app/main/classes');
  mkdirSync(classes, { recursive: true });
  writeFileSync(join(classes, 'Greeter.cls'), 'public class Greeter {}');
  const directory = { path: 'app/main', package: 'Greetings', versionNumber: '2.1.0.NEXT' };
  writeFileSync(
    join(folder, 'sfdx-project.json'),
    JSON.stringify({ packageDirectories: [directory] }),
  );
}

function statusOf(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ca }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });
}

test('HTTPS with a certificate that clients can be told to trust', async () => {
  const child = start(temporaryFolder(), '--tls', '--tls-name', 'login.example');
  await child.line('ready https://127.0.0.1:');
  const file = said(child, 'certificate ');
  const url = said(child, 'url ');
  expect(await statusOf(`${url}/services/data`, readFileSync(file, 'utf8'))).toBe(200);
  await expect(statusOf(`${url}/services/data`, '')).rejects.toThrow(/certificate/);
  expect(statSync(file.replace(/crt$/, 'key')).mode & 0o077).toBe(0);
});

test('a package of any project is offered by its link, and its source deployed by --source', async () => {
  const folder = temporaryFolder();
  writeProject(folder);
  const child = start(
    folder,
    '--package',
    join(folder, 'app/main'),
    '--source',
    join(folder, 'app'),
  );
  await child.line('ready ');
  expect(said(child, 'install ')).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/packaging\/installPackage\.apexp\?p0=04t\w{15} \(Greetings\)$/,
  );
  const soql = encodeURIComponent("SELECT Name FROM ApexClass WHERE Name = 'Greeter'");
  const answer = await fetch(`${said(child, 'url ')}/services/data/v66.0/tooling/query?q=${soql}`, {
    headers: { authorization: `Bearer ${said(child, 'access token ')}` },
  });
  expect(await answer.json()).toMatchObject({ totalSize: 1 });
});

test.each([
  [['--tls-name', 'a.example'], '--tls-name needs --tls'],
  [['--tls', '--tls-name', 'a b'], 'is no host name'],
  [['--connected-app', 'nothing'], 'CLIENT_ID=PUBLIC_KEY_FILE'],
  [['--connected-app', 'app=package.json'], 'holds no public key'],
  [['--package', 'scripts'], 'lists no package directory'],
  [['--callout-map', 'a'], 'as two addresses'],
  [['--source', 'no-such-folder'], 'no-such-folder'],
])('%j is refused with what is wrong', async (args, reason) => {
  const child = start(temporaryFolder(), ...args);
  expect(await child.ended).toBe(1);
  expect(child.output()).toContain(reason);
});
