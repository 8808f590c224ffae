import { Flags } from '@salesforce/sf-plugins-core';
import { uninstallPackage } from '../../../../package/uninstall.ts';
import { readOrgFacts } from '../../../org-facts.ts';
import { noPromptFlag, orgFlags, RtsCommand } from '../../../rts-command.ts';
import { isProduction, runningCli } from '../../../running-cli.ts';

export class Uninstall extends RtsCommand<{ readonly orgId: string }> {
  static override readonly summary =
    'Remove the Salesforce package from the org, generated triggers first.';
  static override readonly description =
    `Its objects with their rows, its settings and its fields of tasks and events with their values go too. To stop the
sync without losing anything, use \`disable\`; to end it at the receiver, use \`forget\` first.`;
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --keep-activity-times --target-org my-org',
  ];
  static override readonly flags = {
    ...orgFlags,
    'keep-activity-times': Flags.boolean({
      summary: 'Leave the field Mixmax Activity Date/Time: reports may use it.',
    }),
    'no-prompt': noPromptFlag,
  };

  async run(): Promise<{ readonly orgId: string }> {
    const { flags } = await this.parse(Uninstall);
    const org = flags['target-org'];
    const facts = await readOrgFacts(org);
    await this.requireConsent(
      `Remove Mixmax Real-Time Sync from ${facts.name}, with its rows and field values?`,
      flags['no-prompt'],
    );
    await uninstallPackage(runningCli(this), {
      targetOrg: facts.username,
      production: isProduction(facts),
      keepActivityTimes: flags['keep-activity-times'],
      yes: true,
    });
    this.logSuccess(`The package is gone from ${facts.name}.`);
    return { orgId: org.getOrgId() };
  }
}
