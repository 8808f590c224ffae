import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const TOKEN = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** What admins switch on most; their values travel in the notices. */
const SYNCED_FIELDS = ['LastName', 'Email', 'Phone', 'OwnerId', 'AccountId'];

/** 18 characters; of every org a run opens. */
export const ORG_ID = '00DDp0000000001MAA';

export type SubjectName = 'package' | 'naive';

/** What is measured: a package, and the rows that set it up. */
export interface Subject {
  /** Folders of SFDX source. */
  readonly folders: readonly string[];
  readonly settings: readonly {
    readonly object: string;
    readonly rows: readonly Readonly<Record<string, unknown>>[];
  }[];
}

const PACKAGE: Subject = {
  folders: [join(ROOT, 'force-app/main'), join(ROOT, 'force-app/site')],
  settings: [
    {
      object: 'Mixmax_Settings__c',
      rows: [
        {
          SetupOwnerId: ORG_ID,
          Gateway_URL__c: `https://rts.example/v1/orgs/${ORG_ID}/notices`,
          Token__c: TOKEN,
          Org_Id__c: ORG_ID,
        },
      ],
    },
    {
      object: 'Mixmax_Synced_Field__c',
      rows: SYNCED_FIELDS.map((field) => ({
        Object__c: 'Contact',
        Field__c: field,
        Key__c: `contact.${field.toLowerCase()}`,
        Active__c: true,
      })),
    },
  ],
};

const NAIVE: Subject = { folders: [join(ROOT, 'scripts/bench/naive-package')], settings: [] };

/** @param packageFolders other source than the real package's, for a test of the bench */
export function subjectNamed(name: SubjectName, packageFolders?: readonly string[]): Subject {
  if (name === 'naive') return NAIVE;
  return packageFolders === undefined ? PACKAGE : { ...PACKAGE, folders: packageFolders };
}
