import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, killGroup, runScript } from '../../../scripts/demo/child.ts';

const ADMIN = 'alex@practice.example';
let folder: string;
let child: Child;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rts-fresh-'));
  child = runScript('scripts/start.ts', ['--data', folder, '--fresh', '--empty'], {
    PORT: '0',
    ORG_PORT: '0',
  });
  await child.line('ready: ');
});
afterAll(async () => {
  killGroup(child, 'SIGTERM');
  await child.ended;
  rmSync(folder, { recursive: true, force: true });
});

const form = (fields: Record<string, string>) => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  redirect: 'manual' as const,
});

it('goes the whole way: Connect Sync User in a browser, install, found within 30 s, active', async () => {
  const local = JSON.parse(readFileSync(join(folder, 'local.json'), 'utf8'));
  const invitation = new URLSearchParams(new URL(local.page).hash.slice(1));
  expect(local.apiKey).toBeUndefined();
  const begun = await fetch(`${local.api}/v1/sign-ins`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${invitation.get('setup')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      loginUrl: invitation.get('login'),
      clientId: invitation.get('client'),
    }),
  });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { authorizeUrl } = (await begun.json()) as { authorizeUrl: string };
  const chosen = await fetch(authorizeUrl, form({ username: ADMIN }));
  const back = await fetch(chosen.headers.get('location') ?? '', {
    headers: { cookie },
    redirect: 'manual',
  });
  const page = new URLSearchParams(
    new URL(back.headers.get('location') ?? '', local.api).hash.slice(1),
  );
  const status = async () => {
    const answer = await fetch(`${local.api}/v1/orgs/${page.get('org')}/status`, {
      headers: { authorization: `Bearer ${page.get('key')}` },
    });
    return (await answer.json()) as { state: string };
  };
  expect(await status()).toMatchObject({ state: 'not-installed' });

  const [, installUrl = ''] = /install the package: (\S+)/.exec(child.output()) ?? [];
  const { origin, searchParams } = new URL(installUrl);
  const login = await fetch(`${origin}/packaging/login?next=%2F0A3`, form({ username: ADMIN }));
  const sid = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const choice = {
    p0: searchParams.get('p0') ?? '',
    step: 'install',
    audience: 'all',
    grant: 'yes',
  };
  const installed = await fetch(`${origin}/packaging/installPackage.apexp`, {
    ...form(choice),
    headers: { cookie: sid },
  });
  expect(installed.status).toBe(303);
  await expect
    .poll(async () => (await status()).state, { timeout: 120_000, interval: 1_000 })
    .toBe('active');
});
