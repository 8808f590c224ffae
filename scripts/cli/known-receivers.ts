import { ConfigFile, Global } from '@salesforce/core';

/** What is remembered of an org: where its receiver is, and how far connecting it has come. */
export interface KnownReceiver {
  /** `https://host`, no slash at the end. */
  readonly url: string;
  /** `rts_…`; absent until the org is connected. */
  readonly apiKey?: string;
  /** While connecting: what a second try goes on with. */
  readonly privateKey?: string;
  readonly certificate?: string;
  readonly consumerKey?: string;
  /** The app with this key is in the org. */
  readonly appDeployed?: boolean;
}

/** Beside the CLI's own sign-ins, encrypted with its key: `~/.sf/mixmax-rts.json`. */
class KnownReceiversFile extends ConfigFile {
  static override readonly encryptedKeys = [/^apiKey$/, /^privateKey$/];

  static override getFileName(): string {
    return 'mixmax-rts.json';
  }

  static override getDefaultOptions(): ConfigFile.Options {
    return {
      isGlobal: true,
      isState: true,
      filename: KnownReceiversFile.getFileName(),
      stateFolder: Global.SF_STATE_FOLDER,
    };
  }
}

/** @param orgId 18 characters */
export async function findReceiver(orgId: string): Promise<KnownReceiver | undefined> {
  const file = await KnownReceiversFile.create();
  const known = file.get(orgId, true) as Partial<KnownReceiver> | undefined;
  return known?.url === undefined ? undefined : { ...known, url: known.url };
}

/** Takes the place of what was remembered of the org. */
export async function rememberReceiver(orgId: string, known: KnownReceiver): Promise<void> {
  const file = await KnownReceiversFile.create();
  file.set(orgId, { ...known });
  await file.write();
}

export async function forgetReceiver(orgId: string): Promise<void> {
  const file = await KnownReceiversFile.create();
  file.unset(orgId);
  await file.write();
}
