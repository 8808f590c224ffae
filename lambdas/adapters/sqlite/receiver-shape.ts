import type { DatabaseShape, Migration } from './database.ts';
import { emailHash } from './email-index.ts';

/**
 * Wide rows in `WITHOUT ROWID` tables want a large page: a row over about a quarter of a page leaves its tree.
 * Measured with 20-column records: 16 KiB pages import twice as fast as 4 KiB ones.
 */
const PAGE_SIZE_BYTES = 16 * 1_024;

const FIRST_SHAPE: Migration = {
  name: 'first shape',
  sql: `
    CREATE TABLE org (
      org_id TEXT PRIMARY KEY,
      revision INTEGER NOT NULL,
      state TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Hot values. kind: 'seen' (name apex, ping), 'live' (name = object), 'count' (name = counter).
    CREATE TABLE org_value (
      org_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      value REAL NOT NULL,
      PRIMARY KEY (org_id, kind, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE pass (
      org_id TEXT NOT NULL,
      id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      state TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (org_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pass_by_start ON pass (org_id, started_at, id);
    CREATE INDEX pass_by_state ON pass (org_id, state, started_at, id);

    CREATE TABLE job (
      org_id TEXT NOT NULL,
      id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (org_id, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE api_key (
      sha256 TEXT PRIMARY KEY,
      org_id TEXT NOT NULL,
      id TEXT NOT NULL,
      label TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      UNIQUE (org_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE setup_code (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

    -- One row per org and object, with its counts; records carry its number instead of both names. A number is never
    -- given twice, so that a cleared object's leftovers can be removed while new records arrive.
    CREATE TABLE mirror_space (
      space INTEGER PRIMARY KEY AUTOINCREMENT,
      org_id TEXT NOT NULL,
      object TEXT NOT NULL,
      live INTEGER NOT NULL DEFAULT 0,
      deleted INTEGER NOT NULL DEFAULT 0,
      hidden INTEGER NOT NULL DEFAULT 0,
      UNIQUE (org_id, object)
    ) STRICT;
    CREATE TABLE mirror_cleared_space (space INTEGER PRIMARY KEY) STRICT;

    -- flags: 1 = deleted, 2 = hidden. email (lower case) and owner (of Tasks) are set on live records only.
    CREATE TABLE mirror_record (
      space INTEGER NOT NULL,
      id TEXT NOT NULL,
      modstamp INTEGER NOT NULL,
      read_at INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      flags INTEGER NOT NULL,
      merged_into TEXT,
      field_set TEXT NOT NULL,
      fields TEXT NOT NULL,
      last_change TEXT NOT NULL,
      email TEXT,
      owner TEXT,
      PRIMARY KEY (space, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mirror_record_by_email ON mirror_record (email, space) WHERE email IS NOT NULL;
    CREATE INDEX mirror_record_by_owner ON mirror_record (owner, space, modstamp, id) WHERE owner IS NOT NULL;

    -- seq counts batches of an org without a hole; feed_end keeps the count when batches are trimmed or cleared.
    CREATE TABLE feed_end (org_id TEXT PRIMARY KEY, next_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE feed_batch (
      batch INTEGER PRIMARY KEY,
      org_id TEXT NOT NULL,
      seq INTEGER NOT NULL,
      appended_at INTEGER NOT NULL,
      size INTEGER NOT NULL,
      events TEXT NOT NULL,
      UNIQUE (org_id, seq)
    ) STRICT;

    CREATE TABLE queue_message (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      queue TEXT NOT NULL,
      org_id TEXT NOT NULL,
      body TEXT NOT NULL,
      sent_at INTEGER NOT NULL,
      visible_at REAL NOT NULL,
      receives INTEGER NOT NULL DEFAULT 0,
      in_flight INTEGER NOT NULL DEFAULT 0,
      failure TEXT
    ) STRICT;
    CREATE INDEX queue_message_by_org ON queue_message (queue, org_id, visible_at, id);
    CREATE INDEX queue_message_by_time ON queue_message (queue, visible_at);

    CREATE TABLE dead_letter (
      id INTEGER PRIMARY KEY,
      queue TEXT NOT NULL,
      org_id TEXT NOT NULL,
      body TEXT NOT NULL,
      sent_at INTEGER NOT NULL,
      died_at INTEGER NOT NULL,
      receives INTEGER NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX dead_letter_by_org ON dead_letter (queue, org_id, id);
  `,
};

const EMAIL_INDEX: Migration = {
  name: 'e-mail addresses in tables of their own (email-index.ts)',
  sql: `
    CREATE TABLE mirror_email (
      email TEXT NOT NULL,
      space INTEGER NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (email, space, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE mirror_email_recent (
      email TEXT NOT NULL,
      space INTEGER NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (email, space, id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO mirror_email
      SELECT email, space, id FROM mirror_record WHERE email IS NOT NULL ORDER BY email, space, id;
    DROP INDEX mirror_record_by_email;
  `,
};

const API_USE: Migration = {
  name: 'calls of the API, by hour and purpose',
  sql: `
    CREATE TABLE api_use (
      org_id TEXT NOT NULL,
      hour INTEGER NOT NULL,
      purpose TEXT NOT NULL,
      calls INTEGER NOT NULL,
      PRIMARY KEY (org_id, hour, purpose)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE api_quota (
      org_id TEXT PRIMARY KEY,
      maximum INTEGER NOT NULL,
      used INTEGER NOT NULL,
      noted_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};

const ACTIVITIES: Migration = {
  name: 'activities and their settings',
  sql: `
    CREATE TABLE activity (
      org_id TEXT NOT NULL,
      id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      state TEXT NOT NULL,
      since INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (org_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX activity_by_state ON activity (org_id, state, since, id);
    CREATE TABLE activity_settings (
      org_id TEXT PRIMARY KEY,
      revision INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};

const EMAIL_HASHES: Migration = {
  name: 'e-mail addresses by hash, in runs (email-index.ts)',
  sql: `
    DROP TABLE mirror_email;
    DROP TABLE mirror_email_recent;
    CREATE TABLE mirror_email (
      hash INTEGER NOT NULL,
      space INTEGER NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (hash, space, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE mirror_email_recent (
      hash INTEGER NOT NULL,
      space INTEGER NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (hash, space, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE mirror_email_run (
      run INTEGER NOT NULL,
      hash INTEGER NOT NULL,
      space INTEGER NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (run, hash, space, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE mirror_email_fold (through INTEGER NOT NULL, slice INTEGER NOT NULL) STRICT;
    INSERT INTO mirror_email
      SELECT email_hash(email), space, id FROM mirror_record WHERE email IS NOT NULL ORDER BY 1, 2, 3;
  `,
};

const SIGN_INS: Migration = {
  name: 'sign-ins by browser that are under way',
  sql: `
    CREATE TABLE sign_in (
      sha256 TEXT PRIMARY KEY,
      sealed TEXT NOT NULL,
      begun_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sign_in_by_end ON sign_in (expires_at);
  `,
};

const API_USE_BY_USER: Migration = {
  name: 'calls of the API by user, too',
  sql: `
    CREATE TABLE api_use_by_user (
      org_id TEXT NOT NULL,
      hour INTEGER NOT NULL,
      purpose TEXT NOT NULL,
      -- Empty: the Sync User.
      user_id TEXT NOT NULL,
      calls INTEGER NOT NULL,
      PRIMARY KEY (org_id, hour, purpose, user_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO api_use_by_user SELECT org_id, hour, purpose, '', calls FROM api_use;
    DROP TABLE api_use;
    ALTER TABLE api_use_by_user RENAME TO api_use;
  `,
};

const AUDIT_FINDINGS: Migration = {
  name: 'what audits found',
  sql: `
    CREATE TABLE audit_finding (
      org_id TEXT NOT NULL,
      pass_id TEXT NOT NULL,
      object TEXT NOT NULL,
      id TEXT NOT NULL,
      kind TEXT NOT NULL,
      PRIMARY KEY (org_id, pass_id, object, id)
    ) STRICT, WITHOUT ROWID;
  `,
};

const USER_CONNECTIONS: Migration = {
  name: 'users who are written as themselves',
  sql: `
    CREATE TABLE user_connection (
      org_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (org_id, user_id)
    ) STRICT, WITHOUT ROWID;
  `,
};

const CREATIONS: Migration = {
  name: 'what was created in Salesforce',
  sql: `
    CREATE TABLE creation (
      org_id TEXT NOT NULL,
      id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      at INTEGER NOT NULL,
      rule TEXT,
      body TEXT NOT NULL,
      PRIMARY KEY (org_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX creation_by_time ON creation (org_id, at, id);
    CREATE INDEX creation_by_rule ON creation (org_id, rule, at, id) WHERE rule IS NOT NULL;
  `,
};

const PAGE_SESSIONS: Migration = {
  name: 'sessions of the page, and the log of changes',
  sql: `
    CREATE TABLE page_session (
      org_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      expires_at INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (org_id, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE change_log (
      org_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      id TEXT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (org_id, at, id)
    ) STRICT, WITHOUT ROWID;
  `,
};

const ROW_LAYOUTS: Migration = {
  name: 'values of Bulk rows without their names (row-layouts.ts), their addresses in sorted batches',
  sql: `
    -- fields is a JSON array in the order of these names where a record has a layout, else a JSON object.
    CREATE TABLE mirror_layout (layout INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;
    ALTER TABLE mirror_record ADD COLUMN layout INTEGER;
    ALTER TABLE mirror_email_recent RENAME TO mirror_email_recent_before;
    CREATE TABLE mirror_email_recent (
      batch INTEGER NOT NULL,
      hash INTEGER NOT NULL,
      space INTEGER NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (batch, hash, space, id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO mirror_email_recent SELECT 0, hash, space, id FROM mirror_email_recent_before;
    DROP TABLE mirror_email_recent_before;
  `,
};

/** Everything but secrets, in one file. */
export const RECEIVER_SHAPE: DatabaseShape = {
  name: 'receiver',
  migrations: [
    FIRST_SHAPE,
    EMAIL_INDEX,
    API_USE,
    ACTIVITIES,
    EMAIL_HASHES,
    SIGN_INS,
    API_USE_BY_USER,
    AUDIT_FINDINGS,
    USER_CONNECTIONS,
    CREATIONS,
    PAGE_SESSIONS,
    ROW_LAYOUTS,
  ],
  functions: { email_hash: emailHash },
  pageSizeBytes: PAGE_SIZE_BYTES,
  writes: 'fast',
};
