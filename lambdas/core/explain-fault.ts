import type { Fault, FaultCode } from './examination.ts';

interface FaultText {
  readonly cause: (detail: string) => string;
  readonly fix: string;
}

/** Every fault in an admin's words, with its own way out (R18). */
const TEXTS: Readonly<Record<FaultCode, FaultText>> = {
  'package-gone': {
    cause: () => 'The Mixmax package is no longer in the org, or the Sync User does not see it.',
    fix: 'Install the package again and assign Mixmax RTS Sync User to the Sync User; meanwhile the org is read by Bulk API.',
  },
  'package-not-visible': {
    cause: (version) =>
      `The Mixmax package, version ${version}, is installed, but the Sync User sees neither its settings nor its events.`,
    fix: 'Assign the permission set Mixmax RTS Sync User to the Sync User.',
  },
  'sync-user-inactive': {
    cause: () => 'The Sync User is frozen or deactivated: Salesforce does not let it sign in.',
    fix: 'Unfreeze or activate the user at Setup → Users, or connect the org as another user. Changes that are told meanwhile wait.',
  },
  'sync-user-refused': {
    cause: (reason) => `Salesforce refuses the Sync User's sign-in: ${reason}`,
    fix: 'Connect the Sync User again; the access was revoked, or the app, its policies or the profile changed. Changes that are told meanwhile wait.',
  },
  'org-replaced': {
    cause: (reason) =>
      `The Sync User's sign-in leads to another org now (${reason}), as after a refresh of the sandbox: nothing is read from it.`,
    fix: 'Connect the new org by a set-up code, and remove this one with DELETE /v1/orgs/{orgId}?erase=true.',
  },
  'permission-missing': {
    cause: (lines) => `The Sync User lacks ${lines}`,
    fix: 'Give the Sync User what is named, for instance by a permission set; GET /sync-user tries again at once.',
  },
  'remote-site-refused': {
    cause: (reason) => `The org did not take the Remote Site Setting for the gateway: ${reason}`,
    fix: 'Give the Sync User Customize Application and Modify Metadata, or add the address at Setup → Remote Site Settings. It is tried again by itself.',
  },
  'settings-refused': {
    cause: (reason) => `The org did not take the Mixmax Settings: ${reason}`,
    fix: 'Give the Sync User Customize Application and the permission set Mixmax RTS Sync User. It is tried again by itself.',
  },
  'look-failed': {
    cause: (reason) => `The org could not be asked for the package: ${reason}`,
    fix: 'Mend what the cause names; it is tried again by itself.',
  },
  'package-too-old': {
    cause: (version) =>
      `The Mixmax package in the org, version ${version}, is older than this receiver.`,
    fix: 'Upgrade the package in the org.',
  },
  'settings-missing': {
    cause: () => 'The org has no Mixmax Settings: the package does not know where to post to.',
    fix: 'Connect the org again: that writes them.',
  },
  'settings-of-another-org': {
    cause: () => 'The Mixmax Settings in the org are those of another org: it is a copy of it.',
    fix: 'Connect this org by itself, so that it gets settings of its own.',
  },
  'wrong-url': {
    cause: () => 'The Mixmax Gateway URL in the org is not the address of this receiver.',
    fix: 'Connect the org again: that writes the address.',
  },
  'wrong-token': {
    cause: () => 'The Mixmax Token in the org is not the one that this receiver verifies.',
    fix: 'Connect the org again: that writes the token.',
  },
  'remote-site-missing': {
    cause: (url) =>
      `The org has no Remote Site Setting for ${url}: Salesforce does not let Apex call it.`,
    fix: 'Deploy force-app/site with this address, or add it at Setup → Remote Site Settings.',
  },
  'remote-site-inactive': {
    cause: (url) => `The Remote Site Setting for ${url} is not active.`,
    fix: 'Tick Active at Setup → Remote Site Settings.',
  },
  'trigger-missing': {
    cause: (names) => `The org lacks triggers of the package: ${names}.`,
    fix: 'Deploy the package again.',
  },
  'trigger-inactive': {
    cause: (names) => `Triggers of the package are not active: ${names}.`,
    fix: 'Set their status to Active and deploy them again.',
  },
  'object-not-visible': {
    cause: (names) => `The Sync User no longer sees ${names}.`,
    fix: 'Give the Sync User read access with View All, for instance by the permission set Mixmax RTS Sync User.',
  },
  'conditions-refused': {
    cause: (reason) =>
      `The org's synced fields differ from the Sync Conditions and cannot be written: ${reason}`,
    fix: 'Mend what the org names, such as a validation rule on Mixmax Synced Field or a missing permission. It is tried again every minute; meanwhile changes count as ids only.',
  },
  'breaker-open': {
    cause: (reason) => `The package has paused sending (${reason}); it goes on by itself.`,
    fix: 'Nothing, if it was an outage; else Mixmax Error in the org says what was refused.',
  },
};

export function explainFault({ code, detail = '' }: Fault): { cause: string; fix: string } {
  const { cause, fix } = TEXTS[code];
  return { cause: cause(detail), fix };
}
