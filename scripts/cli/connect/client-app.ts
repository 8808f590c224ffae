import { randomBytes } from 'node:crypto';
import { XMLBuilder } from 'fast-xml-parser';

/** What an external client app of the receiver's own is made of. */
export interface ClientApp {
  readonly consumerKey: string;
  /** PEM. */
  readonly certificate: string;
  /** Salesforce wants somebody to write to. */
  readonly contactEmail: string;
  /** The permission set whose holders need no approval of their own. */
  readonly permissionSet: string;
}

const NAME = 'Mixmax_RTS';
const LABEL = 'Mixmax Real-Time Sync';
/** The JWT bearer flow never calls back, but an app needs an address. */
const CALLBACK = 'https://login.salesforce.com/services/oauth2/success';

/** A consumer key that no other app has; Salesforce takes one that is given when the app is made. */
export function newConsumerKey(): string {
  return `mixmaxrts${randomBytes(24).toString('hex')}`;
}

/**
 * SFDX source of the app, by path below a package directory: it signs in by JWT, for holders of the permission set
 * only, and may use the API and nothing else.
 */
export function clientAppFiles(app: ClientApp): ReadonlyMap<string, string> {
  return new Map([
    [
      `externalClientApps/${NAME}.eca-meta.xml`,
      file('ExternalClientApplication', {
        contactEmail: app.contactEmail,
        description: 'Signs the receiver of Mixmax Real-Time Sync in as its Sync User.',
        distributionState: 'Local',
        isProtected: false,
        label: LABEL,
      }),
    ],
    [
      `extlClntAppGlobalOauthSets/${NAME}_Global.ecaGlblOauth-meta.xml`,
      file('ExtlClntAppGlobalOauthSettings', {
        callbackUrl: CALLBACK,
        certificate: app.certificate.trim(),
        consumerKey: app.consumerKey,
        externalClientApplication: NAME,
        isConsumerSecretOptional: false,
        isIntrospectAllTokens: false,
        isPkceRequired: true,
        isSecretRequiredForRefreshToken: true,
        label: `${LABEL} Global`,
        shouldRotateConsumerKey: false,
        shouldRotateConsumerSecret: false,
      }),
    ],
    [
      `extlClntAppOauthSettings/${NAME}_OAuth.ecaOauth-meta.xml`,
      file('ExtlClntAppOauthSettings', {
        // Without the second, Salesforce lets nobody sign in by an assertion alone.
        commaSeparatedOauthScopes: 'Api,RefreshToken',
        externalClientApplication: NAME,
        label: `${LABEL} OAuth`,
      }),
    ],
    [
      `extlClntAppOauthPolicies/${NAME}_Policy.ecaOauthPlcy-meta.xml`,
      file('ExtlClntAppOauthConfigurablePolicies', {
        commaSeparatedPermissionSet: app.permissionSet,
        externalClientApplication: NAME,
        ipRelaxationPolicyType: 'Enforce',
        label: `${LABEL} Policy`,
        permittedUsersPolicyType: 'AdminApprovedPreAuthorized',
        refreshTokenPolicyType: 'Infinite',
      }),
    ],
  ]);
}

const builder = new XMLBuilder({ format: true, indentBy: '    ' });

function file(root: string, content: Readonly<Record<string, string | boolean>>): string {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const opened = `<${root} xmlns="http://soap.sforce.com/2006/04/metadata">`;
  return head + builder.build({ [root]: content }).replace(`<${root}>`, opened);
}
