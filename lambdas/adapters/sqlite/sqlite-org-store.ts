import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId } from '#core/ids.ts';
import type { Liveness, OrgState } from '#core/org.ts';
import type { OrgStore } from '#ports/org-store.ts';
import { inTransaction } from './database.ts';

/** States are read far more often than written, and parsing one costs more than reading it. */
const MAX_PARSED = 1_000;

export class SqliteOrgStore implements OrgStore {
  /** By org: the text last read, and what it says. Nobody changes a state that was handed out. */
  readonly #parsed = new Map<string, { readonly text: string; readonly state: OrgState }>();
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepare(database);
  }

  async create(state: OrgState): Promise<'created' | 'exists'> {
    const { changes } = this.#sql.create.run(state.orgId, state.revision, JSON.stringify(state));
    return changes === 1 ? 'created' : 'exists';
  }

  async get(orgId: OrgId): Promise<OrgState | undefined> {
    const row = this.#sql.get.get(orgId);
    return row === undefined ? undefined : this.#parse(orgId, String(row['state']));
  }

  async update(next: OrgState): Promise<'updated' | 'conflict'> {
    const state = { ...next, revision: next.revision + 1 };
    const { changes } = this.#sql.update.run(
      state.revision,
      JSON.stringify(state),
      next.orgId,
      next.revision,
    );
    return changes === 1 ? 'updated' : 'conflict';
  }

  async list(): Promise<readonly OrgState[]> {
    const rows = this.#sql.list.all();
    return rows.map((row) => this.#parse(String(row['orgId']), String(row['state'])));
  }

  async delete(orgId: OrgId): Promise<void> {
    inTransaction(this.#database, () => {
      this.#sql.deleteValues.run(orgId);
      this.#sql.delete.run(orgId);
    });
  }

  async liveness(orgId: OrgId): Promise<Liveness> {
    const values: Record<string, [string, number][]> = { seen: [], live: [], count: [] };
    for (const { kind, name, value } of this.#sql.values.all(orgId)) {
      values[String(kind)]?.push([String(name), Number(value)]);
    }
    const { apex, ping } = Object.fromEntries(values['seen'] ?? []);
    return {
      ...(apex === undefined ? {} : { lastApexSeenAtMs: apex }),
      ...(ping === undefined ? {} : { lastPingAtMs: ping }),
      liveThroughMs: Object.fromEntries(values['live'] ?? []),
      counters: Object.fromEntries(values['count'] ?? []),
    };
  }

  async noteApexSeen(orgId: OrgId, atMs: number): Promise<'moved' | 'kept'> {
    return this.#raise(orgId, 'seen', 'apex', atMs);
  }

  async notePing(orgId: OrgId, atMs: number): Promise<'moved' | 'kept'> {
    return this.#raise(orgId, 'seen', 'ping', atMs);
  }

  async noteLive(orgId: OrgId, object: string, atMs: number): Promise<'moved' | 'kept'> {
    return this.#raise(orgId, 'live', object, atMs);
  }

  async count(orgId: OrgId, increments: Readonly<Record<string, number>>): Promise<void> {
    inTransaction(this.#database, () => {
      for (const [name, by] of Object.entries(increments)) this.#sql.add.run(name, by, orgId);
    });
  }

  #parse(orgId: string, text: string): OrgState {
    const known = this.#parsed.get(orgId);
    if (known?.text === text) return known.state;
    const state = JSON.parse(text) as OrgState;
    if (this.#parsed.size >= MAX_PARSED) this.#parsed.clear();
    this.#parsed.set(orgId, { text, state });
    return state;
  }

  #raise(orgId: OrgId, kind: string, name: string, atMs: number): 'moved' | 'kept' {
    return this.#sql.raise.run(kind, name, atMs, orgId).changes === 1 ? 'moved' : 'kept';
  }
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    create: sql(
      'INSERT INTO org (org_id, revision, state) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    get: sql('SELECT state FROM org WHERE org_id = ?'),
    update: sql('UPDATE org SET revision = ?, state = ? WHERE org_id = ? AND revision = ?'),
    list: sql('SELECT org_id AS orgId, state FROM org ORDER BY org_id'),
    delete: sql('DELETE FROM org WHERE org_id = ?'),
    values: sql('SELECT kind, name, value FROM org_value WHERE org_id = ?'),
    deleteValues: sql('DELETE FROM org_value WHERE org_id = ?'),
    // Only of connected orgs: what arrives after a removal must not greet the org when it comes back.
    raise: sql(
      `INSERT INTO org_value (org_id, kind, name, value)
       SELECT org_id, ?, ?, ? FROM org WHERE org_id = ?
       ON CONFLICT DO UPDATE SET value = excluded.value WHERE excluded.value > value`,
    ),
    add: sql(
      `INSERT INTO org_value (org_id, kind, name, value)
       SELECT org_id, 'count', ?, ? FROM org WHERE org_id = ?
       ON CONFLICT DO UPDATE SET value = value + excluded.value`,
    ),
  };
}
