import type { FieldValues } from '../../schema/schema.ts';
import type {
  EventServices,
  LimitsReader,
  SystemServices,
  TestServices,
} from '../platform/system/system-services.ts';
import type { ApexRealm } from './apex-realm.ts';
import { DmlService } from './dml/dml-service.ts';
import { publishFromApex } from './event-publisher.ts';
import { JobService } from './job-service.ts';
import type { OrgServices } from './org-services.ts';

/** What the system library sees of a realm and its org. */
export class RealmServices implements SystemServices {
  readonly database: DmlService;
  readonly jobs: JobService;
  readonly events: EventServices;
  readonly #org: OrgServices;
  readonly #realm: ApexRealm;
  /** Rows of custom settings by `object owner`; forgotten at every write. */
  readonly #settings = new Map<string, FieldValues | undefined>();

  constructor(org: OrgServices, realm: ApexRealm) {
    this.#org = org;
    this.#realm = realm;
    const context = () => realm.context;
    this.database = new DmlService({
      org,
      context,
      triggers: () => realm.triggers,
      onWrite: () => {
        this.forgetSettings();
      },
    });
    this.jobs = new JobService({ org, context, program: () => realm.program });
    this.events = {
      publish: (events) => publishFromApex(org, realm.context, events),
      get subscription() {
        return realm.context.subscription;
      },
    };
  }

  get limits(): LimitsReader {
    return this.#realm.context.limits;
  }

  get test(): TestServices | undefined {
    return this.#realm.test;
  }

  get quiddity(): string {
    return this.#realm.context.quiddity;
  }

  get requestId(): string {
    return this.#realm.context.requestId;
  }

  get organizationId(): string {
    return this.#org.organizationId;
  }

  orgLimits(): ReadonlyMap<string, { readonly used: number; readonly maximum: number }> {
    const { asyncExecutions, publishedEvents, apiRequests } = this.#org;
    return new Map([
      ['DailyApiRequests', apiRequests()],
      [
        'DailyAsyncApexExecutions',
        { used: asyncExecutions.used(), maximum: asyncExecutions.maximum },
      ],
      [
        'HourlyPublishedPlatformEvents',
        { used: publishedEvents.used(), maximum: publishedEvents.maximum },
      ],
    ]);
  }

  readRecord(object: string, id: string): FieldValues | undefined {
    return this.#org.store.read(object, id);
  }

  settingRow(object: string, ownerId: string): FieldValues | undefined {
    const key = `${object} ${ownerId}`;
    if (!this.#settings.has(key)) {
      this.#settings.set(key, this.#readSetting(object, ownerId));
    }
    return this.#settings.get(key);
  }

  /** After a write, a rollback or a wait, rows may be others than those remembered. */
  forgetSettings(): void {
    this.#settings.clear();
  }

  #readSetting(object: string, ownerId: string): FieldValues | undefined {
    const { soql, store, now } = this.#org;
    const plan = soql.plan(
      `SELECT Id FROM ${this.#org.schema.require(object).name} WHERE SetupOwnerId = :owner`,
    );
    const binds = new Map([['owner', ownerId]]);
    for (const row of soql.run(plan, { binds, nowMs: now(), userId: this.#realm.userId })) {
      const id = row.values.get('Id');
      return typeof id === 'string' ? store.read(object, id) : undefined;
    }
    return undefined;
  }
}
