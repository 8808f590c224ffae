import {
  auditFields,
  checkbox,
  createOnly,
  idField,
  integer,
  isDeleted,
  lookup,
  readOnly,
  required,
  text,
} from '../field-builder.ts';
import { idList } from '../id-list.ts';
import { buildObject, platformOwned } from '../object-builder.ts';
import type { FieldSchema, ObjectSchema } from '../schema.ts';

/** What EventRelation has more with Shared Activities: its rows also say what an event relates to. */
export const sharedEventRelationFields: readonly FieldSchema[] = [
  checkbox('IsWhat', 'Is What', readOnly),
  checkbox('IsParent', 'Is Parent'),
  checkbox('IsInvitee', 'Is Invitee'),
  lookup('AccountId', 'Account ID', 'Account', readOnly),
];

/** What Task and Event have more with Shared Activities. */
export function sharedActivityFields(activity: 'Task' | 'Event'): readonly FieldSchema[] {
  return [
    integer('WhoCount', 'Relation Count', 9, readOnly),
    integer('WhatCount', 'Related To Count', 9, readOnly),
    idList(`${activity}WhoIds`, 'Name IDs', {
      object: `${activity}WhoRelation`,
      link: `${activity}Id`,
      listed: 'RelationId',
      first: 'WhoId',
    }),
  ];
}

/** With Shared Activities: what a task relates to, a row each. Deleting one is final. */
export const taskRelation = buildObject({
  name: 'TaskRelation',
  label: 'Task Relation',
  labelPlural: 'Task Relations',
  keyPrefix: '0RT',
  triggerable: false,
  undeletable: false,
  fields: [
    idField('Task Relation ID'),
    lookup('RelationId', 'Relation ID', ['Contact', 'Lead'], {
      ...required,
      updateable: false,
      children: 'TaskRelations',
      cascadeDelete: true,
    }),
    lookup('TaskId', 'Activity ID', 'Task', {
      ...required,
      updateable: false,
      children: 'TaskRelations',
      cascadeDelete: true,
    }),
    checkbox('IsWhat', 'Is What', createOnly),
    lookup('AccountId', 'Account ID', 'Account', readOnly),
    ...auditFields,
    isDeleted,
  ],
});

/** @param activity the look-up to it is called `TaskId` or `EventId` */
function whoRelation(activity: 'Task' | 'Event', keyPrefix: string): ObjectSchema {
  const children = { children: `${activity}WhoRelations` };
  return buildObject({
    name: `${activity}WhoRelation`,
    label: `${activity} Who Relation`,
    labelPlural: `${activity} Who Relations`,
    keyPrefix,
    ...platformOwned,
    view: {
      object: `${activity}Relation`,
      condition: activity === 'Task' ? '"IsWhat" = 0' : '"IsWhat" = 0 AND "IsParent" = 1',
      computed: {
        Type: `CASE substr("RelationId", 1, 3) WHEN '00Q' THEN 'Lead' ELSE 'Contact' END`,
      },
    },
    fields: [
      idField(`${activity} Who Relation ID`),
      lookup('RelationId', 'Relation ID', ['Contact', 'Lead'], { ...readOnly, ...children }),
      lookup(`${activity}Id`, 'Activity ID', activity, { ...readOnly, ...children }),
      lookup('AccountId', 'Account ID', 'Account', readOnly),
      text('Type', 'Type', 40, readOnly),
      ...auditFields,
      isDeleted,
    ],
  });
}

/** With Shared Activities: the contacts and leads among what a task or an event relates to. */
export const taskWhoRelation = whoRelation('Task', '0RT');
export const eventWhoRelation = whoRelation('Event', '0RE');
