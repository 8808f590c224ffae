/** What an org's edition includes. */
export interface Edition {
  /** As `Organization.OrganizationType` says it. */
  readonly name: string;
  /** REST, SOAP, Bulk; without it tokens are given and calls refused. */
  readonly api: boolean;
  /** Code of the customer's own. */
  readonly apex: boolean;
}

export type EditionName =
  | 'Developer Edition'
  | 'Enterprise Edition'
  | 'Unlimited Edition'
  | 'Professional Edition'
  | 'Team Edition';

const WITHOUT_APEX: ReadonlySet<EditionName> = new Set(['Professional Edition', 'Team Edition']);

/** @param api false for an edition that would have the API, or could have it by an add-on, and has not */
export function editionOf(name: EditionName, api = name !== 'Team Edition'): Edition {
  return { name, api, apex: !WITHOUT_APEX.has(name) };
}
