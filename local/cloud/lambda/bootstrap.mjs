// What runs in place of Lambda's own Node.js runtime, in a process of its own: asks the Runtime API for one invocation
// after the other and calls the exported handler. Plain JavaScript: it is not part of the function, nor of the project's
// TypeScript.
import { get } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const environment = process.env;
const { AWS_LAMBDA_RUNTIME_API, _HANDLER = '', LAMBDA_TASK_ROOT = '' } = environment;
const base = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

// The machine's clock, as far ahead as the Runtime API says with each invocation.
const RealDate = Date;
let aheadMs = 0;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + aheadMs);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};

// Where hosts of the internet really are on this machine: JSON, origin → origin.
const hosts = Object.entries(JSON.parse(environment.HOST_MAP ?? '{}'));
const realFetch = globalThis.fetch;
globalThis.fetch = (target, options) => {
  const [there, here] = hosts.find(([origin]) => String(target).startsWith(`${origin}/`)) ?? [];
  return realFetch(
    here === undefined ? target : here + String(target).slice(there.length),
    options,
  );
};

const post = (path, body, headers = {}) =>
  fetch(`${base}${path}`, { method: 'POST', headers, body: JSON.stringify(body) ?? 'null' });
// Waits as long as it takes: `fetch` would give up after five minutes.
const nextInvocation = () =>
  new Promise((resolve, reject) => {
    get(`${base}/invocation/next`, resolve).on('error', reject);
  });
const failure = (error) => ({
  errorType: error?.name ?? 'Error',
  errorMessage: String(error?.message ?? error),
});

async function load() {
  const [file, name] = _HANDLER.split('.');
  const module = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href);
  if (typeof module[name] !== 'function') throw new Error(`${_HANDLER} is not a function.`);
  return module[name];
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: '',
    logStreamName: '',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - RealDate.now()),
  };
}

let handler;
try {
  handler = await load();
} catch (error) {
  await post('/init/error', failure(error));
  process.exit(1);
}
for (;;) {
  const next = await nextInvocation().catch(() => process.exit(0));
  aheadMs = Number(next.headers['x-clock-ahead-ms']);
  const id = next.headers['lambda-runtime-aws-request-id'];
  const before = process.cpuUsage();
  try {
    const result = await handler(await json(next), contextOf(next.headers));
    const { user, system } = process.cpuUsage(before);
    const spent = { 'x-cpu-ms': String((user + system) / 1_000) };
    await post(`/invocation/${id}/response`, result ?? null, spent);
  } catch (error) {
    await post(`/invocation/${id}/error`, failure(error));
  }
}
