import { type Element, parseMetadata, SourceProblem } from './element.ts';

/** An external client app as four kinds of files describe it; one of them may be missing. */
export interface ClientAppSource {
  /** `client_id` of OAuth. */
  readonly consumerKey: string;
  readonly consumerSecret: string | undefined;
  /** PEM; what JWT assertions are checked with. */
  readonly certificate: string | undefined;
  /** Where the web server flow may send the code. */
  readonly callbackUrls: readonly string[];
  /** Names of permission sets whose holders are approved; undefined where users approve the app themselves. */
  readonly approvedBy: readonly string[] | undefined;
}

interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Root element by suffix, and what the practice org knows of its children. */
const PARTS: ReadonlyMap<string, { readonly root: string; readonly known: ReadonlySet<string> }> =
  new Map([
    [
      'eca',
      {
        root: 'ExternalClientApplication',
        known: new Set([
          ...['contactEmail', 'description', 'distributionState', 'isProtected', 'label'],
          ...['iconUrl', 'infoUrl', 'logoUrl', 'contactPhone'],
        ]),
      },
    ],
    [
      'ecaOauth',
      {
        root: 'ExtlClntAppOauthSettings',
        known: new Set(['commaSeparatedOauthScopes', 'externalClientApplication', 'label']),
      },
    ],
    [
      'ecaGlblOauth',
      {
        root: 'ExtlClntAppGlobalOauthSettings',
        known: new Set([
          ...['callbackUrl', 'certificate', 'consumerKey', 'consumerSecret'],
          ...['externalClientApplication', 'isConsumerSecretOptional', 'isIntrospectAllTokens'],
          ...['isPkceRequired', 'isSecretRequiredForRefreshToken', 'label'],
          ...['shouldRotateConsumerKey', 'shouldRotateConsumerSecret'],
        ]),
      },
    ],
    [
      'ecaOauthPlcy',
      {
        root: 'ExtlClntAppOauthConfigurablePolicies',
        known: new Set([
          ...['commaSeparatedPermissionSet', 'externalClientApplication', 'ipRelaxationPolicyType'],
          ...['label', 'permittedUsersPolicyType', 'refreshTokenPolicyType'],
          ...['refreshTokenValidityPeriod', 'refreshTokenValidityUnit', 'sessionTimeoutInMinutes'],
        ]),
      },
    ],
  ]);

/** Suffixes of the files of external client apps. */
export const clientAppSuffixes: ReadonlySet<string> = new Set(PARTS.keys());

/**
 * Checks one file of an app.
 * @throws SourceProblem for unknown elements, and for a consumer key that Salesforce would have to make
 */
export function checkClientAppPart(suffix: string, text: string): void {
  const element = partOf(suffix, text);
  if (suffix !== 'eca') element.require('externalClientApplication');
  if (suffix === 'ecaGlblOauth') readKey(element);
}

/** The apps of deployed source. Files that were deployed were checked. */
export function clientAppsOf(files: readonly SourceText[]): readonly ClientAppSource[] {
  const parts = files.flatMap(({ path, text }) => {
    const suffix = /\.(eca\w*)-meta\.xml$/.exec(path)?.[1] ?? '';
    return clientAppSuffixes.has(suffix) ? [{ suffix, element: partOf(suffix, text) }] : [];
  });
  const ofSuffix = (suffix: string) =>
    parts.filter((part) => part.suffix === suffix).map((part) => part.element);
  const policies = new Map(
    ofSuffix('ecaOauthPlcy').map((policy) => [policy.require('externalClientApplication'), policy]),
  );
  return ofSuffix('ecaGlblOauth').map((settings) => ({
    consumerKey: readKey(settings),
    consumerSecret: settings.value('consumerSecret'),
    certificate: settings.value('certificate'),
    callbackUrls: (settings.value('callbackUrl') ?? '').split(/\s+/).filter((url) => url !== ''),
    approvedBy: approvers(policies.get(settings.require('externalClientApplication'))),
  }));
}

function partOf(suffix: string, text: string): Element {
  const part = PARTS.get(suffix);
  if (part === undefined) throw new SourceProblem(`${suffix} is no part of an external client app`);
  const element = parseMetadata(text, part.root);
  element.allow(part.known);
  return element;
}

function readKey(settings: Element): string {
  const key = settings.value('consumerKey');
  if (key !== undefined) return key;
  throw new SourceProblem('<consumerKey> is missing, and this org makes none of its own');
}

function approvers(policy: Element | undefined): readonly string[] | undefined {
  if (policy?.value('permittedUsersPolicyType') !== 'AdminApprovedPreAuthorized') return undefined;
  const names = policy.value('commaSeparatedPermissionSet') ?? '';
  return names.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}
