import type { ComponentType } from 'preact';
import type { PanelProps } from './panel.ts';
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
];
