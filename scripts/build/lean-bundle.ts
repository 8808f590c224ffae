import { readFile } from 'node:fs/promises';
import type { OnLoadResult, Plugin } from 'esbuild';
import type { FunctionName } from './function-budgets.ts';

/** Adapters of one machine, and what only a function with a feed or an admin topic opens. */
const LOCAL = [
  './sqlite/open-sqlite-stores.ts',
  './salesforce/page-thread.ts',
  './console-telemetry.ts',
  './smtp-notifier.ts',
  'nodemailer',
];
const FEED = ['./open-dynamo-feed.ts'];
const WORK = ['./open-work-stores.ts'];
const RECORDS = ['./open-record-stores.ts'];
const NOTIFIER = ['./sns-notifier.ts', '@aws-sdk/client-sns'];
/** What the SDK imports in browsers, and for services that stream events. None of ours does. */
const SDK_ONLY = ['bowser', '@smithy/core/event-streams'];

/**
 * Modules that the code imports at need and that the configuration of a function on Lambda never lets it need
 * (`lambdas/config.ts`). They are left out of its bundle.
 */
const LEFT_OUT: Readonly<Record<FunctionName, readonly string[]>> = {
  gateway: [...LOCAL, ...FEED, ...NOTIFIER, ...SDK_ONLY, ...WORK, ...RECORDS],
  scheduler: [...LOCAL, ...FEED, ...SDK_ONLY, ...RECORDS],
  worker: [...LOCAL, ...NOTIFIER, ...SDK_ONLY],
  bulk: [...LOCAL, ...NOTIFIER, ...SDK_ONLY],
  activity: [...LOCAL, ...FEED, ...NOTIFIER, ...SDK_ONLY],
  admin: [...LOCAL, ...NOTIFIER, ...SDK_ONLY],
};

/**
 * jsforce's own way to the network, 0.7 MB. Ours is put in its place (`jsforce-writes.ts`), so nothing of it is ever
 * called; what calls it all the same is told so.
 */
const JSFORCE_NETWORK = 'undici';

/**
 * Where a client of the SDK describes what its service takes and answers. Two things keep the bundler from leaving out
 * what is not used. Every error of the service is registered with a class of its own, 140 for SSM; without them an error
 * is a plain one of the service, and its name, by which the adapters and the SDK's own retries go, stays. And names of
 * members stand in constants: a computed name might have effects, a written one has none.
 */
const SDK_SCHEMAS = /@aws-sdk\/client-[a-z]+\/dist-es\/schemas\/schemas_0\.js$/;
const REGISTERED_ERROR = /^n0_registry\.registerError\(.*\);$/gm;
const CONSTANT_NAME = /^const (_\w+) = "(\w+)";$/gm;
const COMPUTED_NAME = /\[(_\w+)\](?=: )/g;

/** A client reads its own version there, and would bring the rest along. */
const SDK_PACKAGE = /@aws-sdk\/client-[a-z]+\/package\.json$/;

/** Addresses that DynamoDB may hand out by account, a feature that is switched on by a variable we do not set. */
const DISCOVERED_ENDPOINTS = '@aws-sdk/endpoint-cache';

const NAMESPACE = 'lean-bundle';

/**
 * Leaves out of a function's bundle what it cannot reach on Lambda.
 *
 * The SDK's chain of credential providers reads profiles, signs in to SSO and asks metadata services; a Lambda function
 * is given its credentials by the environment, so that provider alone is kept.
 */
export function leanBundle(name: FunctionName): Plugin {
  const leftOut = new Set(LEFT_OUT[name]);
  return {
    name: NAMESPACE,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
        path,
        namespace: NAMESPACE,
        pluginData: { contents: ENVIRONMENT_CREDENTIALS, resolveDir } satisfies OnLoadResult,
      }));
      onResolve({ filter: /.*/ }, ({ path }) => {
        const contents =
          UNREACHED.get(path) ?? (leftOut.has(path) ? refusal(path, name) : undefined);
        if (contents === undefined) return undefined;
        return { path, namespace: NAMESPACE, pluginData: { contents } satisfies OnLoadResult };
      });
      onLoad({ filter: SDK_SCHEMAS }, async ({ path }) => ({
        contents: withoutUnused(await readFile(path, 'utf8')),
      }));
      onLoad({ filter: SDK_PACKAGE }, async ({ path }) => ({
        contents: versionAlone(await readFile(path, 'utf8')),
        loader: 'json',
      }));
      onLoad(
        { filter: /.*/, namespace: NAMESPACE },
        ({ pluginData }) => pluginData as OnLoadResult,
      );
    },
  };
}

function withoutUnused(schemas: string): string {
  const constants = [...schemas.matchAll(CONSTANT_NAME)].map(([, name, value]) => [name, value]);
  const values = new Map(constants as [string, string][]);
  return schemas
    .replaceAll(REGISTERED_ERROR, '')
    .replaceAll(COMPUTED_NAME, (computed, name) => values.get(name) ?? computed);
}

function versionAlone(text: string): string {
  const { version } = JSON.parse(text) as { readonly version: string };
  return JSON.stringify({ version });
}

function refusal(path: string, name: FunctionName): string {
  return `throw new Error(${JSON.stringify(`${path} is not part of the function ${name}.`)});`;
}

const NO_NETWORK =
  "class Agent {} class SocketError {} module.exports = { Agent, ProxyAgent: Agent, Response, errors: { SocketError }, fetch() { throw new Error('jsforce has no network of its own here.'); } };";
const NO_ENDPOINTS =
  "export class EndpointCache { get() { throw new Error('Endpoints are not discovered here.'); } }";
/** What is loaded, but never called, by its package. */
const UNREACHED: ReadonlyMap<string, string> = new Map([
  [JSFORCE_NETWORK, NO_NETWORK],
  [DISCOVERED_ENDPOINTS, NO_ENDPOINTS],
]);
const ENVIRONMENT_CREDENTIALS =
  "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';";
