import type { OnLoadResult, Plugin } from 'esbuild';
import type { FunctionName } from './function-budgets.ts';

/** Adapters of one machine, and what only a function with a feed or an admin topic opens. */
const LOCAL = [
  './sqlite/open-sqlite-stores.ts',
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
        if (path === JSFORCE_NETWORK) {
          return { path, namespace: NAMESPACE, pluginData: { contents: UNREACHED } };
        }
        if (!leftOut.has(path)) return undefined;
        const contents = `throw new Error(${JSON.stringify(`${path} is not part of the function ${name}.`)});`;
        return { path, namespace: NAMESPACE, pluginData: { contents } satisfies OnLoadResult };
      });
      onLoad(
        { filter: /.*/, namespace: NAMESPACE },
        ({ pluginData }) => pluginData as OnLoadResult,
      );
    },
  };
}

const UNREACHED =
  "class Agent {} class SocketError {} module.exports = { Agent, ProxyAgent: Agent, Response, errors: { SocketError }, fetch() { throw new Error('jsforce has no network of its own here.'); } };";
const ENVIRONMENT_CREDENTIALS =
  "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';";
