import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { Clock } from '#ports/clock.ts';
import type { NewActivityField, NewPermissionSet, Salesforce } from '#ports/salesforce.ts';
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

const started = z.object({ id: z.string().check(z.regex(/^0Af\w{12,15}$/)) });
const problems = z.optional(z.union([z.array(z.unknown()), z.unknown()]));
const progress = z.object({
  deployResult: z.object({
    done: z.boolean(),
    success: z.boolean(),
    details: z.optional(z.object({ componentFailures: problems })),
  }),
});

/** Deploys by the Metadata API over REST, which takes the same token as every other call. */
export function createMetadataDeploy(
  rest: Rest,
  base: string,
  apiVersion: string,
  clock: Clock,
): Pick<Salesforce, 'deployRemoteSite' | 'deployActivityFields'> {
  const path = `${base}/metadata/deployRequest`;

  async function deploy(zip: Uint8Array): Promise<void> {
    const { value } = await rest.json({
      method: 'POST',
      path,
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: form(zip),
      repeatable: false,
    });
    await whenDone(parsed(started, value, 'metadata/deployRequest').id);
  }

  async function whenDone(id: string): Promise<void> {
    const request = { method: 'GET', path: `${path}/${id}?includeDetails=true` } as const;
    for (let polls = 0; polls < MAX_POLLS; polls++) {
      const { value } = await rest.json({ ...request, repeatable: true });
      const { done, success, details } = parsed(progress, value, 'a deployment').deployResult;
      if (done && success) return;
      if (done) throw refused(details?.componentFailures);
      await clock.sleep(POLL_EVERY_MS);
    }
    throw new AppError('salesforce-unavailable', 'A deployment did not end within a minute.', {
      retryable: true,
    });
  }

  return {
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

function form(zip: Uint8Array): Uint8Array {
  const options = { checkOnly: false, rollbackOnError: true, singlePackage: true };
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

/** What a failed component says names components and settings, no record's values. */
function refused(failures: unknown): AppError {
  const [first] = Array.isArray(failures) ? failures : [failures];
  const parsedFirst = z.object({ problem: z.string() }).safeParse(first);
  const reason = parsedFirst.success ? parsedFirst.data.problem.slice(0, 300) : 'no reason given';
  return new AppError('salesforce-refused', `The org refused the deployment: ${reason}`);
}
