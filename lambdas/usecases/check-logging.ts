import type { RelatedObject } from '#core/activities/related-objects.ts';
import type { ActivitySettings, LoggingSettings } from '#core/activities/role-settings.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { activitySettingsOf } from './activity-settings-of.ts';
import type { PushConditionsPorts } from './push-conditions.ts';
import { checkRelatedObjects } from './related-objects.ts';
import { declareSidebarFields } from './sidebar-fields.ts';

type CheckLoggingPorts = PushConditionsPorts & Pick<Ports, 'activitySettings'>;

/** Members of settings as they were sent; the compiler takes an absent one for one that is undefined. */
type Given<S> = {
  readonly [M in Exclude<keyof S, 'relatedObjects'>]?: S[M] | undefined;
} & { readonly relatedObjects?: readonly Omit<RelatedObject, 'to'>[] | undefined };

/**
 * Holds settings against the org before they are stored: custom objects must take activities, and fields of the sidebar
 * are declared as in use. Costs nothing where neither is among them.
 *
 * @param step how the settings will look with what is given
 * @returns the members that were given, in the describe's spelling
 * @throws AppError invalid-input naming the member that cannot hold
 */
export async function checkLogging<S extends LoggingSettings>(
  ports: CheckLoggingPorts,
  org: OrgState,
  given: Given<S>,
  step: (settings: ActivitySettings, given: Partial<S>) => ActivitySettings,
): Promise<Partial<S>> {
  const { relatedObjects, ...rest } = given;
  const plain = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as Partial<S>;
  const related =
    relatedObjects === undefined
      ? {}
      : {
          relatedObjects: await checkRelatedObjects(
            await ports.salesforce.forOrg(org),
            relatedObjects,
          ),
        };
  const checked = { ...plain, ...related };
  if (checked.sidebarFields !== undefined) {
    const settings = await activitySettingsOf(ports, org.orgId);
    await declareSidebarFields(ports, org, step(settings, checked));
  }
  return checked;
}
