import process from 'node:process';
import { type Org, SfError } from '@salesforce/core';
import { Flags } from '@salesforce/sf-plugins-core';
import { connectionPlan } from '../../../connect/connection-plan.ts';
import type { Connecting } from '../../../connect/step.ts';
import { gatewayUrl } from '../../../gateway-url.ts';
import { rememberReceiver } from '../../../known-receivers.ts';
import { readOrgFacts } from '../../../org-facts.ts';
import { askHealth, askSetupCode, openReceiver } from '../../../receiver.ts';
import { noPromptFlag, orgFlags, RtsCommand } from '../../../rts-command.ts';
import { runningCli } from '../../../running-cli.ts';
import { waitUntilActive } from '../../../wait-until-active.ts';

export interface ConnectResult {
  readonly orgId: string;
  readonly url: string;
  readonly steps: readonly {
    readonly title: string;
    readonly state: 'done' | 'was done' | 'to do';
  }[];
  /** Of the sync, when the command ended; absent after --dry-run. */
  readonly state?: string;
}

export class Connect extends RtsCommand<ConnectResult> {
  static override readonly summary =
    'Connect an org to a receiver: from a sign-in to a running sync.';
  static override readonly description =
    `Says each step before it does it, and asks once. What was done before is passed by: after an interruption, run the
same command again.

The set-up code is the one-time code that a deployment prints; give it in MIXMAX_RTS_SETUP_CODE, or type it when asked.`;
  static override readonly examples = [
    {
      description: 'See what would be done',
      command:
        '<%= config.bin %> <%= command.id %> --target-org my-org --gateway-url https://rts.example.com --dry-run',
    },
    {
      description: 'Connect an org, and wait until its first audit is over',
      command:
        '<%= config.bin %> <%= command.id %> --target-org my-org --gateway-url https://rts.example.com --wait 60',
    },
    {
      description: 'Install nothing in the org: it is read every 30 minutes',
      command:
        '<%= config.bin %> <%= command.id %> --target-org my-org --gateway-url https://rts.example.com --poll-only',
    },
  ];
  static override readonly flags = {
    ...orgFlags,
    'gateway-url': Flags.string({
      summary: 'Address of the receiver, https://host.',
      description:
        'Salesforce must reach it: a public address or a tunnel. Only a receiver of this machine may be called by http.',
      env: 'MIXMAX_RTS_URL',
      required: true,
      helpValue: 'URL',
    }),
    package: Flags.salesforceId({
      summary:
        'Install this version of the package instead of deploying the source that the plugin brings along.',
      length: 'both',
      startsWith: '04t',
    }),
    'poll-only': Flags.boolean({
      summary: "Install nothing: read the org every 30 minutes, with this machine's own sign-in.",
      exclusive: ['package'],
    }),
    'dry-run': Flags.boolean({ summary: 'Only show the steps.' }),
    wait: Flags.duration({
      unit: 'minutes',
      defaultValue: 10,
      min: 0,
      summary: 'How long to wait for the sync to be active.',
    }),
    'no-prompt': noPromptFlag,
  };

  async run(): Promise<ConnectResult> {
    const { flags } = await this.parse(Connect);
    const org: Org = flags['target-org'];
    const url = gatewayUrl(flags['gateway-url']);
    const orgId = org.getOrgId();
    await askHealth(url);
    const apiKey = process.env['MIXMAX_RTS_API_KEY'];
    if (apiKey !== undefined && !flags['dry-run']) return this.#adopt(orgId, url, apiKey);
    const connecting: Connecting = {
      ...{ org, orgId, url, packageVersion: flags.package, pollOnly: flags['poll-only'] },
      facts: await readOrgFacts(org),
      setupCode: undefined,
      bench: runningCli(this),
    };
    const open = await this.#showPlan(connecting);
    if (flags['dry-run']) return { orgId, url, steps: statesOf(open, 'to do') };
    if (open.some(({ toDo }) => toDo)) {
      const { name } = connecting.facts;
      await this.requireConsent(`Do this in ${name} (${orgId})?`, flags['no-prompt']);
    }
    const isConnected = open.at(-1)?.toDo === false;
    const setupCode = isConnected ? undefined : await this.#validSetupCode(url);
    for (const step of connectionPlan({ ...connecting, setupCode })) {
      // Asked anew: one step may be what makes the next one possible, or needless.
      if (await step.isDone()) continue;
      this.log(step.title);
      await step.run();
    }
    const { state } = await waitUntilActive(
      await this.receiverOf(flags),
      flags.wait.milliseconds,
      this,
    );
    return { orgId, url, steps: statesOf(open, 'done'), state };
  }

  /** An org that somebody connected already: only its key is remembered here. */
  async #adopt(orgId: string, url: string, apiKey: string): Promise<ConnectResult> {
    const { state, orgName } = await openReceiver({ url, apiKey }, orgId).status();
    await rememberReceiver(orgId, { url, apiKey });
    this.logSuccess(`${orgName} was connected already; its key is remembered. State: ${state}.`);
    return { orgId, url, steps: [], state };
  }

  async #showPlan(connecting: Connecting): Promise<readonly PlannedStep[]> {
    const { facts, orgId } = connecting;
    this.styledHeader(
      `${facts.name} (${orgId}, ${facts.edition}${facts.isSandbox ? ', sandbox' : ''})`,
    );
    if (connecting.pollOnly) {
      this.log(
        'Nothing will be installed in the org: changes are read every 30 minutes, not as they happen.',
      );
    }
    const steps = await Promise.all(
      connectionPlan(connecting).map(async (step) => ({
        title: step.title,
        toDo: !(await step.isDone()),
      })),
    );
    for (const [index, { title, toDo }] of steps.entries()) {
      this.log(`${index + 1}. ${title}${toDo ? '' : ' (done before)'}`);
    }
    return steps;
  }

  /** Before anything is done: a code that is wrong is told at once. */
  async #validSetupCode(url: string): Promise<string> {
    const mayAsk = !this.jsonEnabled() && process.stdin.isTTY;
    const given = process.env['MIXMAX_RTS_SETUP_CODE'];
    const code =
      given ?? (mayAsk ? await this.secretPrompt({ message: 'Set-up code' }) : undefined);
    if (code === undefined || code === '') throw noSetupCode();
    await askSetupCode(url, code);
    return code;
  }
}

function noSetupCode(): SfError {
  return SfError.create({
    name: 'NoSetupCode',
    message: 'The org is not connected to this receiver yet, and no set-up code was given.',
    actions: [
      'Give the one-time code that the deployment printed in MIXMAX_RTS_SETUP_CODE.',
      'If the org is connected already, give an API key in MIXMAX_RTS_API_KEY: it is remembered then.',
    ],
  });
}

interface PlannedStep {
  readonly title: string;
  readonly toDo: boolean;
}

function statesOf(steps: readonly PlannedStep[], state: 'done' | 'to do'): ConnectResult['steps'] {
  return steps.map(({ title, toDo }) => ({ title, state: toDo ? state : 'was done' }));
}
