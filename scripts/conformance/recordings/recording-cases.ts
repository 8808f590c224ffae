import type { ConformanceCase, World } from '../conformance-case.ts';
import { type Answer, compareAnswers } from './compare-answers.ts';
import type { Difference, ShapeRules } from './compare-shapes.ts';
import { KNOWN_DIFFERENCES, NOT_COMPARED } from './known-differences.ts';
import { type PreparedOrg, prepareOrg } from './prepare-org.ts';
import type { RecordedAnswer, RecordedRequest, RecordingFile } from './recorded-answer.ts';
import { KNOWN_REQUESTS } from './recorded-requests.ts';

/** One case a file of recordings; those in `NOT_COMPARED` make none. */
export function recordingCases(files: readonly RecordingFile[]): ConformanceCase[] {
  let prepared: Promise<PreparedOrg> | undefined;
  return files
    .filter(({ name }) => !NOT_COMPARED.has(name))
    .map((file) => ({
      name: `recorded ${file.name}`,
      async run(world) {
        prepared ??= prepareOrg(world, files);
        report(file.name, await compareFile(file, world, await prepared));
      },
    }));
}

/** @throws Error with one line per difference that is not listed, and per listed one that is not there */
function report(file: string, differences: readonly Difference[]): void {
  const known = KNOWN_DIFFERENCES.filter((one) => one.file === file);
  const isSame = (a: { kind: string; where: string }, b: { kind: string; where: string }) =>
    a.kind === b.kind && a.where === b.where;
  const lines = [
    ...differences
      .filter((difference) => !known.some((one) => isSame(one, difference)))
      .map(({ kind, where, detail }) => `${kind} at ${where}: ${detail}`),
    ...known
      .filter((one) => !differences.some((difference) => isSame(one, difference)))
      .map(({ kind, where }) => `${kind} at ${where}: listed as a difference, but there is none`),
  ];
  if (lines.length > 0) throw new Error([...new Set(lines)].join('\n'));
}

async function compareFile(
  file: RecordingFile,
  world: World,
  prepared: PreparedOrg,
): Promise<Difference[]> {
  if (file.kind === 'exchanges') return compareExchanges(file.answers, world);
  const known = KNOWN_REQUESTS.get(file.name);
  if (known === undefined) {
    throw new Error(
      'only a body is recorded, and recorded-requests.ts does not say what was asked',
    );
  }
  const actual = await send(world, known.request(prepared));
  const recorded = { status: known.status, headers: undefined, body: file.body };
  const older = known.retired === true;
  return compareAnswers(recorded, actual, { mayHaveMore: older, anyOrder: older });
}

const STRICT: ShapeRules = { mayHaveMore: false, anyOrder: false };

/** Later pages are asked for by the practice org's own locators. */
async function compareExchanges(
  answers: readonly RecordedAnswer[],
  world: World,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  let next: string | undefined;
  for (const { request, status, headers, body } of answers) {
    const path = isLaterPage(request.path) && next !== undefined ? next : request.path;
    const actual = await send(world, { ...request, path });
    next = nextPage(actual.body);
    differences.push(...compareAnswers({ status: status ?? 200, headers, body }, actual, STRICT));
  }
  return differences;
}

function isLaterPage(path: string): boolean {
  return /\/query\/\w+-\d+/.test(path);
}

function nextPage(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { nextRecordsUrl } = body as { nextRecordsUrl?: unknown };
  return typeof nextRecordsUrl === 'string' ? nextRecordsUrl : undefined;
}

async function send({ org }: World, request: RecordedRequest): Promise<Answer> {
  const { method, path, body, headers = {} } = request;
  const isForm = typeof body === 'string';
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  const answer = await org.fetch(path, {
    method,
    headers: { 'content-type': type, ...headers },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: text === '' ? undefined : JSON.parse(text),
  };
}
