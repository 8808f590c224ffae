import process from 'node:process';
import { type Org, SfError } from '@salesforce/core';
import { Flags, SfCommand } from '@salesforce/sf-plugins-core';
import { UserError } from '../one-machine/user-error.ts';
import { gatewayUrl } from './gateway-url.ts';
import { findReceiver } from './known-receivers.ts';
import { openReceiver, type Receiver } from './receiver.ts';

/** The org that `sf` is signed in to. */
export const orgFlags = { 'target-org': Flags.requiredOrg() };

/** The org and its receiver. */
export const receiverFlags = {
  ...orgFlags,
  'gateway-url': Flags.string({
    summary: 'Address of the receiver, https://host; by default the one the org was connected to.',
    env: 'MIXMAX_RTS_URL',
    helpValue: 'URL',
  }),
};

export const noPromptFlag = Flags.boolean({ summary: "Don't ask before doing it." });

export const objectFlag = Flags.string({
  summary: 'API name of a mirrored object; may be given more than once. By default all.',
  char: 's',
  multiple: true,
  helpValue: 'OBJECT',
});

/** As the flags of the org and its receiver are read. */
export interface ReceiverFlags {
  readonly 'target-org': Org;
  readonly 'gateway-url'?: string | undefined;
}

/** What every command of the topic can do. */
export abstract class RtsCommand<Result> extends SfCommand<Result> {
  static override readonly enableJsonFlag = true;

  /**
   * The receiver of the org: at the address given, else where the org was connected from this machine; with the key in
   * MIXMAX_RTS_API_KEY, else the remembered one.
   * @throws SfError with what to do when address or key are not known
   */
  protected async receiverOf(flags: ReceiverFlags): Promise<Receiver> {
    const orgId = flags['target-org'].getOrgId();
    const known = await findReceiver(orgId);
    const given = flags['gateway-url'];
    const url = given === undefined ? known?.url : gatewayUrl(given);
    // A remembered key is shown to nobody but the receiver that made it.
    const remembered = url === known?.url ? known?.apiKey : undefined;
    const apiKey = process.env['MIXMAX_RTS_API_KEY'] ?? remembered;
    if (url !== undefined && apiKey !== undefined) return openReceiver({ url, apiKey }, orgId);
    throw SfError.create({
      name: 'NotConnected',
      message: `This machine knows no receiver${url === undefined ? '' : ` key at ${url}`} for the org ${orgId}.`,
      actions: [
        'Connect the org: `sf mixmax rts connect --gateway-url https://… --target-org …`.',
        'If it is connected already, give the address with --gateway-url and an API key in MIXMAX_RTS_API_KEY.',
      ],
    });
  }

  /** @throws SfError when nobody agrees, or nobody can be asked */
  protected async requireConsent(question: string, noPrompt: boolean): Promise<void> {
    if (noPrompt) return;
    if (!this.jsonEnabled() && (await this.confirm({ message: question, ms: 5 * 60_000 }))) return;
    throw SfError.create({
      name: 'NotConfirmed',
      message: 'Nothing was done: it was not confirmed.',
      actions: ['Answer y, or give --no-prompt.'],
    });
  }

  /** A person's mistake found by code that knows nothing of this CLI is told as the CLI tells errors. */
  protected override catch(error: Error): Promise<never> {
    return super.catch(
      error instanceof UserError ? new SfError(error.message, 'InvalidInput') : error,
    );
  }
}
