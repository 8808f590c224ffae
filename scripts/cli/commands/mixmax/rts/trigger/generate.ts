import { Flags } from '@salesforce/sf-plugins-core';
import { makeTrigger } from '../../../../../package/trigger.ts';
import { RtsCommand } from '../../../../rts-command.ts';
import { runningCli } from '../../../../running-cli.ts';

interface Generated {
  readonly object: string;
  readonly output?: string;
  readonly deployedTo?: string;
}

export class GenerateTrigger extends RtsCommand<Generated> {
  static override readonly summary =
    'Write or deploy a trigger that reports a custom object, with its test.';
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --object Deal__c --output-dir force-app/main/default',
    '<%= config.bin %> <%= command.id %> --object Deal__c --target-org my-org',
  ];
  static override readonly flags = {
    'target-org': Flags.optionalOrg({ summary: 'Org to deploy it to.' }),
    object: Flags.string({
      summary: 'API name of the custom object.',
      char: 's',
      required: true,
      helpValue: 'OBJECT',
    }),
    'output-dir': Flags.directory({ summary: 'Folder to write the source to.', char: 'd' }),
    namespace: Flags.string({
      summary: 'Namespace of the package, if it is managed.',
      default: '',
    }),
  };

  async run(): Promise<Generated> {
    const { flags } = await this.parse(GenerateTrigger);
    const { object, namespace, 'output-dir': output } = flags;
    const deployedTo = flags['target-org']?.getUsername();
    await makeTrigger(runningCli(this), { object, namespace, output, targetOrg: deployedTo });
    return {
      object,
      ...(output !== undefined && { output }),
      ...(deployedTo !== undefined && { deployedTo }),
    };
  }
}
