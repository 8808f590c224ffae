import type { Api } from './api.ts';
import type { Session } from './session.ts';
import type { Live } from './use-live.ts';

/** What every panel gets. */
export interface PanelProps {
  readonly api: Api;
  readonly session: Session;
  readonly live: Live;
}
