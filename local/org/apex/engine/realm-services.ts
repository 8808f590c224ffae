import type { FieldValues } from '../../schema/schema.ts';
import type {
  EventServices,
  LimitsReader,
  OutgoingMail,
  SystemServices,
  TestServices,
} from '../platform/system/system-services.ts';
import type { ApexRealm } from './apex-realm.ts';
import { DmlService } from './dml/dml-service.ts';
import { publishFromApex } from './event-publisher.ts';
import { JobService } from './job-service.ts';
import type { OrgServices } from './org-services.ts';
import { putIntoOutbox } from './outbox.ts';
import type { PlatformCache } from './platform-cache.ts';

/** How transactions begin that run in a user's session. */
const IN_SESSION: ReadonlySet<string> = new Set(['SYNCHRONOUS', 'REST', 'SOAP', 'RUNTEST_SYNC']);

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

  get cache(): PlatformCache {
    return this.#realm.cache;
  }

  /** A session is its user's here: this org keeps no values apart that one user puts in two sessions. */
  get cacheSession(): string | null {
    return IN_SESSION.has(this.quiddity) ? this.#realm.userId : null;
  }

  get instanceUrl(): string {
    return this.#org.instanceUrl;
  }

  hasCustomPermission(name: string): boolean {
    return this.#org.access?.of(this.#realm.userId).hasCustom(name) ?? false;
  }

  staticResource(name: string): FieldValues | undefined {
    const query = 'SELECT Id FROM StaticResource WHERE Name = :name';
    return this.#rows('StaticResource', query, new Map([['name', name]]))[0];
  }

  heldBytes(): number {
    return this.#realm.context.heldBytes();
  }

  sendMail(mails: readonly OutgoingMail[]): void {
    putIntoOutbox(this.#org, this.#realm.context, mails);
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

  namedRows(object: string): readonly FieldValues[] {
    const { name, kind } = this.#org.schema.require(object);
    const nameField = kind === 'customMetadata' ? 'DeveloperName' : 'Name';
    return this.#rows(name, `SELECT Id FROM ${name} ORDER BY ${nameField}`, new Map());
  }

  recordTypes(object: string): readonly FieldValues[] {
    const query = 'SELECT Id FROM RecordType WHERE SobjectType = :object ORDER BY Name';
    return this.#rows('RecordType', query, new Map([['object', object]]));
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
    const query = `SELECT Id FROM ${this.#org.schema.require(object).name} WHERE SetupOwnerId = :owner`;
    return this.#rows(object, query, new Map([['owner', ownerId]]))[0];
  }

  #rows(object: string, query: string, binds: ReadonlyMap<string, string>): FieldValues[] {
    const { soql, store, now } = this.#org;
    const found = soql.run(soql.plan(query), { binds, nowMs: now(), userId: this.#realm.userId });
    return [...found].flatMap(({ id }) => {
      const row = id === undefined ? undefined : store.read(object, id);
      return row === undefined ? [] : [row];
    });
  }
}
