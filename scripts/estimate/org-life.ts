import { type Random, seededRandom } from '../../local/seeded-random.ts';
import type { Deed, Habit, SavedObject } from './habits.ts';
import type { LivedOrg } from './lived-org.ts';

const DAY_MS = 24 * 60 * 60_000;
const ROWS: Readonly<Record<SavedObject, number>> = {
  Account: 600,
  Contact: 1_600,
  Lead: 1_600,
  Opportunity: 600,
  Task: 600,
};
const INSERTED_AT_ONCE = 200;

/** A text field of each object that people change. */
export const CHANGED_FIELDS: Readonly<Record<SavedObject, string>> = {
  Account: 'Phone',
  Contact: 'Phone',
  Lead: 'Phone',
  Opportunity: 'Description',
  Task: 'Description',
};

const NEW_ROWS: Readonly<Record<SavedObject, Readonly<Record<string, unknown>>>> = {
  Account: { Name: 'Acme' },
  Contact: { LastName: 'Doe' },
  Lead: { LastName: 'Roe', Company: 'Acme' },
  Opportunity: { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2027-01-01' },
  Task: { Subject: 'Call', Status: 'Not Started', Priority: 'Normal' },
};

/** The people and programs of an org: they live by a habit, day for day. */
export class OrgLife {
  readonly #lived: LivedOrg;
  readonly #habit: Habit;
  readonly #random: Random;
  readonly #ids = new Map<SavedObject, string[]>();

  constructor(lived: LivedOrg, habit: Habit, seed: string) {
    this.#lived = lived;
    this.#habit = habit;
    this.#random = seededRandom(`${seed}/life`);
  }

  /** Records that were there before anything is observed. */
  fill(): void {
    for (const object of Object.keys(ROWS) as SavedObject[]) {
      for (let made = 0; made < ROWS[object]; made += INSERTED_AT_ONCE) {
        this.#insert(object, INSERTED_AT_ONCE);
      }
    }
  }

  /** @param onHour called after each hour */
  async liveDay(onHour: () => Promise<void> = async () => undefined): Promise<void> {
    const { scheduler } = this.#lived;
    const startMs = scheduler.now();
    const weekday = new Date(startMs).getUTCDay();
    const deeds = [...this.#habit.dayOf(weekday, this.#random)];
    for (let hour = 1; hour <= 24; hour += 1) {
      scheduler.schedule(hour * (DAY_MS / 24), 'hour', onHour);
    }
    for (const { atMs, deed } of deeds) {
      scheduler.schedule(atMs, 'deed', () => this.#perform(deed));
    }
    await scheduler.advance(DAY_MS);
  }

  async #perform(deed: Deed): Promise<void> {
    const { object } = deed;
    if (deed.kind === 'import') return await this.#importRows(object, deed.rows);
    if (deed.create) return this.#insert(object, 1);
    const ids = this.#idsOf(object);
    const id = ids[this.#random.integer(ids.length)];
    await this.#lived.request('PATCH', `/sobjects/${object}/${id}`, {
      [CHANGED_FIELDS[object]]: this.#newValue(),
    });
  }

  #insert(object: SavedObject, count: number): void {
    const records = Array.from({ length: count }, () => ({ object, input: NEW_ROWS[object] }));
    const saved = this.#lived.org.engine.save({
      operation: 'insert',
      records,
      allOrNone: true,
      userId: this.#lived.peopleId,
      source: 'rest',
    });
    for (const result of saved) {
      if (!result.success)
        throw new Error(`A ${object} could not be made: ${JSON.stringify(result.errors)}`);
      this.#idsOf(object).push(result.id);
    }
  }

  /** Rows that lie beside one another, as an integration sends what changed. */
  async #importRows(object: SavedObject, rows: number): Promise<void> {
    const ids = this.#idsOf(object);
    const start = this.#random.integer(ids.length);
    const lines = Array.from({ length: rows }, (_, place) => {
      return `${ids[(start + place) % ids.length]},${this.#newValue()}`;
    });
    const job = await this.#lived.request('POST', '/jobs/ingest', {
      object,
      operation: 'update',
      lineEnding: 'LF',
    });
    const path = `/jobs/ingest/${(job as { id: string }).id}`;
    const csv = `Id,${CHANGED_FIELDS[object]}\n${lines.join('\n')}\n`;
    await this.#lived.request('PUT', `${path}/batches`, csv);
    await this.#lived.request('PATCH', path, { state: 'UploadComplete' });
  }

  #newValue(): string {
    return String(this.#random.integer(1e9));
  }

  #idsOf(object: SavedObject): string[] {
    const known = this.#ids.get(object) ?? [];
    this.#ids.set(object, known);
    return known;
  }
}
