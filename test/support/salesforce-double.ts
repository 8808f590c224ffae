import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { Fields } from '#core/record.ts';
import type { Clock } from '#ports/clock.ts';
import type { DescribedObject, ReadRecord, Salesforce, SalesforceOrgs } from '#ports/salesforce.ts';

interface Row {
  readonly object: string;
  readonly fields: Fields;
}

/**
 * An org in memory, for what a practice org cannot be brought to do: records that vanish from sight, answers that
 * fail. Serves reads by id and `Field IN (…)` queries; everything else is refused by name.
 */
export class SalesforceDouble {
  readonly calls: string[] = [];
  /** Thrown by the next calls instead of an answer, first come first served. */
  readonly failures: AppError[] = [];
  readonly #clock: Clock;
  readonly #rows = new Map<RecordId, Row>();
  readonly #invisible = new Set<RecordId>();
  readonly #describes = new Map<string, DescribedObject>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  describeAs(described: DescribedObject): void {
    this.#describes.set(described.name, described);
  }

  /** Saves a record: its SystemModstamp is now, cut to the second. */
  save(object: string, id: RecordId, fields: Fields): void {
    const before = this.#rows.get(id)?.fields ?? {};
    const state = { IsDeleted: false, SystemModstamp: this.stamp() };
    this.#rows.set(id, { object, fields: { ...before, ...fields, ...state } });
  }

  remove(object: string, id: RecordId, masterRecordId: RecordId | null = null): void {
    const state = { IsDeleted: true, SystemModstamp: this.stamp(), MasterRecordId: masterRecordId };
    this.#rows.set(id, { object, fields: { ...this.#rows.get(id)?.fields, ...state } });
  }

  /** Neither shown nor declared deleted any more. */
  conceal(id: RecordId, concealed = true): void {
    if (concealed) this.#invisible.add(id);
    else this.#invisible.delete(id);
  }

  stamp(): string {
    return new Date(Math.floor(this.#clock.now() / 1_000) * 1_000).toISOString();
  }

  get orgs(): SalesforceOrgs {
    const refuse = () => {
      throw new AppError('salesforce-refused', 'The double connects no org.');
    };
    return {
      forOrg: async () => this.#client(),
      forUser: async () => refuse(),
      withCredentials: async () => refuse(),
      authorizeUrl: refuse,
      redeemCode: async () => refuse(),
    };
  }

  #client(): Salesforce {
    const answers: Partial<Salesforce> = {
      describe: async (object) => this.#describes.get(object),
      retrieve: async (object, ids, fields) => {
        this.#note(`retrieve ${object} ${ids.length}`);
        const records = ids.map((id) => this.#shown(object, id, fields));
        return { records, readAtMs: this.#clock.now() };
      },
      query: (soql) => this.#query(soql),
    };
    return new Proxy(answers as Salesforce, {
      get: (target, name) => {
        const answer = Reflect.get(target, name);
        if (answer === undefined && name !== 'then') {
          throw new AppError('salesforce-refused', `The double does not serve ${String(name)}.`);
        }
        return answer;
      },
    });
  }

  #note(call: string): void {
    this.calls.push(call);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }

  #shown(object: string, id: RecordId, fields: readonly string[]): ReadRecord | null {
    const row = this.#rows.get(id);
    if (row === undefined || row.object !== object) return null;
    if (row.fields['IsDeleted'] === true || this.#invisible.has(id)) return null;
    return { id, fields: pick(row.fields, fields) };
  }

  async *#query(soql: string): ReturnType<Salesforce['query']> {
    this.#note(soql);
    const parts = /^SELECT (.+) FROM (\w+) WHERE (\w+) IN \((.*)\)$/.exec(soql);
    if (parts === null) throw new AppError('salesforce-refused', `The double cannot run ${soql}`);
    const [, select = '', object = '', field = '', list = ''] = parts;
    const wanted = new Set(list.replaceAll("'", '').split(','));
    const records = [...this.#rows]
      .filter(([id, row]) => row.object === object && !this.#invisible.has(id))
      .filter(([id, row]) => wanted.has(field === 'Id' ? id : String(row.fields[field])))
      .map(([id, row]) => ({ id, fields: pick(row.fields, select.split(', ')) }));
    yield { records, readAtMs: this.#clock.now() };
  }
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
}

/** A describe with the given fields; `IsDeleted` and `SystemModstamp` are added, `MasterRecordId` for some. */
export function describedObject(
  name: string,
  fields: readonly string[],
  children: DescribedObject['childRelationships'] = [],
): DescribedObject {
  const mergeable = ['Account', 'Contact', 'Lead'].includes(name) ? ['MasterRecordId'] : [];
  const names = ['Id', ...fields, 'IsDeleted', 'SystemModstamp', ...mergeable];
  return {
    name,
    label: name,
    replicateable: true,
    childRelationships: children,
    fields: names.map((field) => ({
      name: field,
      type: 'string',
      label: field,
      calculated: false,
      calculatedFormula: null,
      referenceTo: [],
      compoundFieldName: null,
    })),
  };
}
