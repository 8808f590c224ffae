import { expect, test } from 'vitest';
import { replayDifferences } from '../../../scripts/simulate/feed-replay.ts';
import type { FeedEntry, MirrorRow } from '../../../scripts/simulate/mirror-facts.ts';

const ID = '003Dp0000000001IAA';

function event(
  revision: number,
  changed: FeedEntry['changed'],
  type = 'record.updated',
): FeedEntry {
  const place = { object: 'Contact', recordId: ID, revision, via: 'notice' };
  return { id: `${ID}:${revision}`, type, ...place, changed };
}

function row(revision: number, fields: MirrorRow['fields']): ReadonlyMap<string, MirrorRow> {
  return new Map([[ID, { stampMs: 0, revision, deleted: false, hidden: false, fields }]]);
}

const born = event(1, { Email: { old: null, new: 'a@b.example' } }, 'record.created');
const changed = event(2, { Email: { old: 'a@b.example', new: null } });

test('a feed that tells every change gives the mirror, in any order and with repeats', () => {
  expect(replayDifferences([changed, born, changed], row(2, { Email: null }))).toEqual([]);
});

test.each([
  ['an event is missing', [changed], row(2, { Email: null }), 'lacks the event of revision 1'],
  ['the last one is missing', [born], row(2, { Email: null }), 'lacks the event of revision 2'],
  ['a value is another', [born], row(1, { Email: 'c@b.example' }), 'was told Email'],
  ['a value was never told', [born], row(1, { Email: 'a@b.example', Phone: '1' }), 'never told'],
  [
    'an old value does not fit',
    [born, event(2, { Email: { old: 'x', new: null } })],
    row(2, { Email: null }),
    'tells Email of a@b.example as x',
  ],
  ['an event is of the future', [born, changed], row(1, { Email: null }), 'events of the future'],
  ['a record is in the feed only', [born], new Map(), 'not in the mirror'],
])('is told when %s', (_, feed, mirror, fault) => {
  expect(replayDifferences(feed, mirror).join()).toContain(fault);
});
