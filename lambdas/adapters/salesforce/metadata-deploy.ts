import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';
import type {
  DeploymentProgress,
  NewActivityField,
  NewPermissionSet,
  Salesforce,
} from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import type { Rest } from './rest.ts';
import { storedZip } from './stored-zip.ts';

/** Separates the parts of the form; our own content holds nothing like it. */
const BOUNDARY = 'rts-metadata-deploy-boundary';
const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
/** In the order that the metadata format wants them in. */
const TYPE_PARTS: Readonly<Record<NewActivityField['type'], string>> = {
  'date-time': '<type>DateTime</type>',
  text: '<length>255</length><type>Text</type>',
  number: '<precision>18</precision><scale>0</scale><type>Number</type>',
};
const POLL_EVERY_MS = 2_000;
const MAX_POLLS = 30;

/** Of what failed, so many are told. */
const MAX_PROBLEMS = 20;
const MAX_PROBLEM_CHARACTERS = 300;

const started = z.object({ id: z.string().check(z.regex(/^0Af\w{12,15}$/)) });
/** A list, or its only member alone. */
const problems = z.optional(z.unknown());
const number = z._default(z.number(), 0);
const progress = z.object({
  deployResult: z.object({
    done: z.boolean(),
    success: z.boolean(),
    numberComponentsDeployed: number,
    numberComponentsTotal: number,
    numberTestsCompleted: number,
    numberTestsTotal: number,
    errorMessage: z.nullish(z.string()),
    details: z.optional(
      z.object({
        componentFailures: problems,
        runTestResult: z.nullish(z.object({ failures: problems, codeCoverageWarnings: problems })),
      }),
    ),
  }),
});
type Result = z.output<typeof progress>['deployResult'];

/** Deploys by the Metadata API over REST, which takes the same token as every other call. */
export function createMetadataDeploy(
  rest: Rest,
  base: string,
  apiVersion: string,
  clock: Clock,
): Pick<
  Salesforce,
  'beginDeployment' | 'deployment' | 'deployRemoteSite' | 'deployActivityFields'
> {
  const path = `${base}/metadata/deployRequest`;

  async function begin(zip: Uint8Array, runTests: readonly string[] = []): Promise<string> {
    const { value } = await rest.json({
      method: 'POST',
      path,
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: form(zip, runTests),
      repeatable: false,
    });
    return parsed(started, value, 'metadata/deployRequest').id;
  }

  async function look(id: string): Promise<DeploymentProgress> {
    const request = { method: 'GET', path: `${path}/${id}?includeDetails=true` } as const;
    const { value } = await rest.json({ ...request, repeatable: true });
    return progressOf(parsed(progress, value, 'a deployment').deployResult);
  }

  async function deploy(zip: Uint8Array): Promise<void> {
    const id = await begin(zip);
    for (let polls = 0; polls < MAX_POLLS; polls++) {
      const { state, problems: told } = await look(id);
      if (state === 'done') return;
      if (state === 'failed') throw refused(told);
      await clock.sleep(POLL_EVERY_MS);
    }
    throw new AppError('salesforce-unavailable', 'A deployment did not end within a minute.', {
      retryable: true,
    });
  }

  return {
    beginDeployment: (zip, { runTests }) => begin(zip, runTests),
    deployment: look,
    deployRemoteSite: ({ name, origin }) =>
      deploy(
        storedZip([
          { path: 'package.xml', text: manifest([['RemoteSiteSetting', [name]]], apiVersion) },
          { path: `remoteSiteSettings/${name}.remoteSite`, text: remoteSite(origin) },
        ]),
      ),
    deployActivityFields: ({ fields, permissionSet }) => {
      const members = fields.map(({ name }) => `Activity.${name}`);
      const types = [
        ['CustomField', members],
        ['PermissionSet', [permissionSet.name]],
      ] as const;
      return deploy(
        storedZip([
          { path: 'package.xml', text: manifest(types, apiVersion) },
          { path: 'objects/Activity.object', text: activityObject(fields) },
          {
            path: `permissionsets/${permissionSet.name}.permissionset`,
            text: permissionSetOf(permissionSet),
          },
        ]),
      );
    },
  };
}

function form(zip: Uint8Array, runTests: readonly string[]): Uint8Array {
  const options = {
    checkOnly: false,
    rollbackOnError: true,
    singlePackage: true,
    ...(runTests.length > 0 && { testLevel: 'RunSpecifiedTests', runTests }),
  };
  const part = (name: string, type: string, file = '') =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\nContent-Type: ${type}\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(part('entity_content', 'application/json')),
    Buffer.from(JSON.stringify({ deployOptions: options })),
    Buffer.from(`\r\n${part('file', 'application/zip', '; filename="deploy.zip"')}`),
    zip,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

function manifest(
  types: readonly (readonly [type: string, members: readonly string[]])[],
  apiVersion: string,
): string {
  const listed = types.map(([type, members]) => {
    const names = members.map((member) => `<members>${member}</members>`).join('');
    return `<types>${names}<name>${type}</name></types>`;
  });
  return `${DECLARATION}<Package xmlns="${NAMESPACE}">${listed.join('')}<version>${apiVersion}</version></Package>`;
}

function activityObject(fields: readonly NewActivityField[]): string {
  const parts = fields.map(
    ({ name, label, description, type }) =>
      `<fields><fullName>${name}</fullName><description>${escaped(description)}</description><externalId>false</externalId><label>${escaped(label)}</label><required>false</required>${TYPE_PARTS[type]}</fields>`,
  );
  return `${DECLARATION}<CustomObject xmlns="${NAMESPACE}">${parts.join('')}</CustomObject>`;
}

function permissionSetOf({ label, editable }: NewPermissionSet): string {
  const parts = editable.map(
    (field) =>
      `<fieldPermissions><editable>true</editable><field>${field}</field><readable>true</readable></fieldPermissions>`,
  );
  return `${DECLARATION}<PermissionSet xmlns="${NAMESPACE}">${parts.join('')}<hasActivationRequired>false</hasActivationRequired><label>${escaped(label)}</label></PermissionSet>`;
}

function remoteSite(origin: string): string {
  const description = 'Lets Mixmax Real-Time Sync send record changes to its gateway.';
  return `${DECLARATION}<RemoteSiteSetting xmlns="${NAMESPACE}"><description>${description}</description><disableProtocolSecurity>false</disableProtocolSecurity><isActive>true</isActive><url>${escaped(origin)}</url></RemoteSiteSetting>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function progressOf(result: Result): DeploymentProgress {
  const { done, success } = result;
  return {
    state: done ? (success ? 'done' : 'failed') : 'running',
    components: { done: result.numberComponentsDeployed, total: result.numberComponentsTotal },
    tests: { done: result.numberTestsCompleted, total: result.numberTestsTotal },
    problems: done && !success ? problemsOf(result) : [],
  };
}

const failure = z.object({
  name: z.optional(z.string()),
  fullName: z.optional(z.string()),
  methodName: z.optional(z.string()),
  problem: z.optional(z.string()),
  message: z.optional(z.string()),
});

/** What failed components and tests say names components and settings, no record's values. */
function problemsOf({ details, errorMessage }: Result): readonly string[] {
  const tests = details?.runTestResult;
  const failures = [
    ...listOf(details?.componentFailures),
    ...listOf(tests?.failures),
    ...listOf(tests?.codeCoverageWarnings),
  ];
  const told = failures.flatMap((one) => {
    const { data } = failure.safeParse(one);
    const reason = data?.problem ?? data?.message;
    if (reason === undefined) return [];
    const name = [data?.fullName ?? data?.name, data?.methodName].filter(Boolean).join('.');
    return [`${name === '' ? '' : `${name}: `}${reason}`.slice(0, MAX_PROBLEM_CHARACTERS)];
  });
  if (told.length > 0) return told.slice(0, MAX_PROBLEMS);
  return [errorMessage ?? 'no reason given'];
}

function listOf(problems: unknown): readonly unknown[] {
  if (Array.isArray(problems)) return problems;
  return problems === undefined || problems === null ? [] : [problems];
}

function refused([reason]: readonly string[]): AppError {
  return new AppError('salesforce-refused', `The org refused the deployment: ${reason}`);
}
