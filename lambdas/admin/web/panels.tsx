import type { ComponentType } from 'preact';
import type { PanelProps } from './panel.ts';
import { Activities } from './panels/activities.tsx';
import { Audits } from './panels/audits.tsx';
import { ChangeLog } from './panels/change-log.tsx';
import { Conditions } from './panels/conditions.tsx';
import { ConnectAndInstall } from './panels/connect-and-install.tsx';
import { Errors } from './panels/errors.tsx';
import { Limits } from './panels/limits.tsx';
import { Overview } from './panels/overview.tsx';

interface PanelEntry {
  /** Behind `#/`. */
  readonly path: string;
  readonly title: string;
  readonly Panel: ComponentType<PanelProps>;
}

/** The panels, in the order in which they are offered; the first one opens by itself. */
export const PANELS: readonly [PanelEntry, ...PanelEntry[]] = [
  { path: 'overview', title: 'Overview', Panel: Overview },
  { path: 'connect', title: 'Connect and install', Panel: ConnectAndInstall },
  { path: 'conditions', title: 'Sync Conditions', Panel: Conditions },
  { path: 'audits', title: 'Audits and sync', Panel: Audits },
  { path: 'limits', title: 'Limits', Panel: Limits },
  { path: 'activities', title: 'Activities', Panel: Activities },
  { path: 'errors', title: 'Errors', Panel: Errors },
  { path: 'log', title: 'Log of changes', Panel: ChangeLog },
];
