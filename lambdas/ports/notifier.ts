import type { OrgId } from '#core/ids.ts';

/** Tells the people who run an org's sync what they have to know. Best effort: a failure is logged, not thrown. */
export interface Notifier {
  /** One sentence, without secrets and values. The caller sees to it that a cause is told once. */
  notify(orgId: OrgId, subject: string, text: string): Promise<void>;
}
