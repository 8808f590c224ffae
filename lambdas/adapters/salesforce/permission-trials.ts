import * as z from 'zod/mini';
import { soqlName, soqlText } from '#core/soql.ts';
import type { SyncPermission, Trial } from '#core/sync-user.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import type { Rest, RestRequest } from './rest.ts';
import { SalesforceError } from './salesforce-error.ts';

/** No deployment has this id: who may ask for deployments is told so, everybody else that they may not. */
const NO_DEPLOYMENT = '0Af000000000000AAA';
/** A permission set owns no settings: who may write settings is told so, everybody else that they may not. */
const NO_OWNER = '0PS000000000000AAA';

/** How an org says that a user may not. Without read permission an object or resource is not even known. */
const REFUSALS: ReadonlySet<string> = new Set([
  'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'INVALID_TYPE',
]);
/** Without API Enabled no other permission can be tried. */
const NO_API: ReadonlySet<string> = new Set(['API_CURRENTLY_DISABLED', 'API_DISABLED_FOR_ORG']);

const counted = z.object({ totalSize: z.int() });

type Tries = Pick<Salesforce, 'tryPermission'>;
type About = Parameters<Tries['tryPermission']>[1];

/** One operation a permission, none of which changes anything: writes and look-ups are such that they cannot succeed. */
export function createPermissionTrials(rest: Rest, base: string): Tries {
  const send = (method: RestRequest['method'], path: string, body?: object) =>
    rest.json({
      method,
      path: base + path,
      repeatable: true,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const query = (soql: string) => `query?q=${encodeURIComponent(soql)}`;

  async function attempt(permission: SyncPermission, about: About): Promise<Trial> {
    switch (permission) {
      case 'ApiEnabled':
        await send('GET', '/limits');
        return 'allowed';
      case 'ViewSetup':
        await send('GET', `/tooling/${query('SELECT EndpointUrl FROM RemoteProxy LIMIT 1')}`);
        return 'allowed';
      case 'ModifyAllData':
        await send('GET', `/metadata/deployRequest/${NO_DEPLOYMENT}`);
        return 'allowed';
      case 'ViewAllUsers':
        return await seesOthers(about.userId);
      case 'CustomizeApplication':
        if (about.settingsObject === undefined) return 'untried';
        await send('POST', `/sobjects/${soqlName(about.settingsObject)}`, {
          SetupOwnerId: NO_OWNER,
        });
        return 'allowed';
    }
  }

  /** Every org has users that the platform acts as: who sees only himself is not shown others. */
  async function seesOthers(userId: string): Promise<Trial> {
    const soql = `SELECT Id FROM User WHERE Id != ${soqlText(userId)} LIMIT 1`;
    const { value } = await send('GET', `/${query(soql)}`);
    return parsed(counted, value, 'query').totalSize > 0 ? 'allowed' : 'refused';
  }

  return {
    tryPermission: async (permission, about) => {
      try {
        return await attempt(permission, about);
      } catch (error) {
        return meaningOf(permission, error);
      }
    },
  };
}

/** A refusal for another reason than permissions says that the permission is there. */
function meaningOf(permission: SyncPermission, error: unknown): Trial {
  if (!(error instanceof SalesforceError) || error.retryable || error.code === 'unauthorized') {
    throw error;
  }
  if (NO_API.has(error.errorCode)) return permission === 'ApiEnabled' ? 'refused' : 'untried';
  // Settings that are not there, or not for this user, cannot be tried on; a deployment may be asked for all the same.
  if (permission === 'CustomizeApplication' && error.errorCode === 'NOT_FOUND') return 'untried';
  return REFUSALS.has(error.errorCode) ? 'refused' : 'allowed';
}
