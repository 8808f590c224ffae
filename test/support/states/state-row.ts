import { active, type Connected, type Options, SILENT_MS } from '../connected-states.ts';

/** A state of an org's sync (R18), and what an admin is shown of it. */
export interface StateRow {
  /** Opens an org and brings the state about. */
  readonly cause: () => Promise<Connected>;
  readonly state: string;
  readonly says: RegExp;
  /** Where something can be done about it. */
  readonly fix?: RegExp;
  readonly verdict?: string;
}

/** An active org in which something is done, and then nothing comes for forty minutes. */
export const silent =
  (break_: (connected: Connected) => Promise<unknown> | unknown, options: Options = {}) =>
  async () => {
    const connected = await active(options);
    await break_(connected);
    await connected.world.pass(SILENT_MS);
    return connected;
  };
