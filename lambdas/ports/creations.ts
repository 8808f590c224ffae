import type { Creation } from '#core/creation.ts';
import type { OrgId } from '#core/ids.ts';

/** What was created in Salesforce for Mixmax, and by what. */
export interface Creations {
  get(orgId: OrgId, id: string): Promise<Creation | undefined>;
  /** Writes with revision + 1 if the stored revision is the creation's (0 = none is stored). */
  put(creation: Creation): Promise<'stored' | 'conflict'>;
  /** Newest first; of one rule if asked. DynamoDB: reads on over those of others. */
  list(
    orgId: OrgId,
    options: { readonly rule?: string; readonly limit: number },
  ): Promise<readonly Creation[]>;
  delete(orgId: OrgId, id: string): Promise<void>;
  clear(orgId: OrgId): Promise<void>;
}
