import { beforeEach, describe, expect, test } from 'vitest';
import { deploySource } from '../../../../local/org/schema/source/deploy-source.ts';
import { source } from '../schema/source-builder.ts';
import { openTestOrg, refusal, startMs, type TestOrg } from '../support.ts';

let org: TestOrg;
let account: string;
let jane: string;
let john: string;

const settings = source(
  'settings/Activities.settings-meta.xml',
  'ActivitiesSettings',
  '<allowUsersToRelateMultipleContactsToTasksAndEvents>true</allowUsersToRelateMultipleContactsToTasksAndEvents>',
);

function share(): void {
  const { problems } = deploySource(org.schema, [settings], org.store.keyPrefixes);
  expect(problems).toEqual([]);
  org.store.migrate();
  org.store.relateKnownTasks(org.context);
}

beforeEach(() => {
  org = openTestOrg();
  account = org.insert('Account', { Name: 'Acme' });
  jane = org.insert('Contact', { LastName: 'Doe', AccountId: account });
  john = org.insert('Contact', { LastName: 'Roe' });
});

function relations(task: string) {
  return org.query(
    `SELECT RelationId, IsWhat, AccountId FROM TaskRelation WHERE TaskId = '${task}' ORDER BY IsWhat, RelationId`,
  );
}

function taskOf(task: string) {
  return org.store.read('Task', task);
}

test('without Shared Activities there are neither rows nor counts', () => {
  expect(org.schema.find('TaskRelation')).toBeUndefined();
  expect(org.schema.require('Task').fields.has('whocount')).toBe(false);
});

test('tasks from before get their rows when they are switched on', () => {
  const task = org.insert('Task', { Subject: 'old', WhoId: jane, WhatId: account });
  share();
  expect(relations(task)).toEqual([
    { RelationId: jane, IsWhat: false, AccountId: account },
    { RelationId: account, IsWhat: true, AccountId: null },
  ]);
  expect(taskOf(task)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
});

describe('with Shared Activities', () => {
  beforeEach(share);

  test('writing a task writes its rows, and those it no longer needs are gone for good', () => {
    const task = org.insert('Task', { Subject: 'call', WhoId: jane });
    expect(relations(task)).toHaveLength(1);
    const [old] = org.store.idsWhere('TaskRelation', 'TaskId', task);
    org.store.update('Task', task, { WhoId: john, WhatId: account }, org.later());
    expect(relations(task)).toMatchObject([{ RelationId: john }, { RelationId: account }]);
    expect(taskOf(task)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
    const gone = org.store.deletedBetween('TaskRelation', startMs, startMs + 3_600_000);
    expect(gone.map(({ id }) => id)).toEqual([old]);
    expect(org.store.read('TaskRelation', old ?? '')).toBeUndefined();
  });

  test('more contacts come by rows; the next takes the place of a primary one that goes', () => {
    const task = org.insert('Task', { Subject: 'call', WhoId: jane });
    org.later();
    org.insert('TaskRelation', { TaskId: task, RelationId: john });
    expect(taskOf(task)).toMatchObject({ WhoId: jane, WhoCount: 2 });
    const [row = ''] = org.store.idsWhere('TaskRelation', 'RelationId', jane);
    const stamp = taskOf(task)?.['SystemModstamp'];
    org.store.remove('TaskRelation', row, org.later());
    expect(taskOf(task)).toMatchObject({ WhoId: john, WhoCount: 1 });
    expect(taskOf(task)?.['SystemModstamp']).not.toBe(stamp);
  });

  test('the first row fills WhoId and WhatId', () => {
    const task = org.insert('Task', { Subject: 'call' });
    expect(taskOf(task)).toMatchObject({ WhoCount: 0, WhatCount: 0 });
    org.insert('TaskRelation', { TaskId: task, RelationId: jane });
    org.insert('TaskRelation', { TaskId: task, RelationId: account });
    expect(taskOf(task)).toMatchObject({ WhoId: jane, WhatId: account, WhoCount: 1, WhatCount: 1 });
  });

  test('a lead stands alone, a record comes once, and there are 50 contacts and one other at most', () => {
    const lead = org.insert('Lead', { LastName: 'L', Company: 'C' });
    const ofLead = org.insert('Task', { Subject: 'lead', WhoId: lead });
    const relate = (task: string, record: string) => () =>
      org.insert('TaskRelation', { TaskId: task, RelationId: record });
    expect(refusal(relate(ofLead, jane)).message).toContain('relates to nothing else');
    const task = org.insert('Task', { Subject: 'call', WhoId: jane, WhatId: account });
    expect(refusal(relate(task, lead)).message).toContain('relates to nothing else');
    expect(refusal(relate(task, jane)).code).toBe('DUPLICATE_VALUE');
    const other = org.insert('Account', { Name: 'Other' });
    expect(refusal(relate(task, other)).message).toContain('one Related To');
    for (let index = 1; index < 50; index += 1) {
      relate(task, org.insert('Contact', { LastName: `C${index}` }))();
    }
    expect(refusal(relate(task, john)).message).toContain('at most 50');
    expect(taskOf(task)).toMatchObject({ WhoCount: 50 });
  });

  test('a deleted task loses its rows, an undeleted one has those of its primary records', () => {
    const task = org.insert('Task', { Subject: 'call', WhoId: jane, WhatId: account });
    org.insert('TaskRelation', { TaskId: task, RelationId: john });
    org.store.remove('Task', task, org.later());
    expect(org.store.count('TaskRelation')).toBe(0);
    org.store.undelete('Task', task, org.later());
    expect(relations(task)).toMatchObject([{ RelationId: jane }, { RelationId: account }]);
    expect(taskOf(task)).toMatchObject({ WhoCount: 1, WhatCount: 1 });
  });
});
