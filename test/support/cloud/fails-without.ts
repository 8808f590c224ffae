import type { Grant } from '../../../local/cloud/iam.ts';

/** A grant without what deployments make up: `Worker dynamodb:Query Control/index/passes`. */
export function shortName({ role, action, resource }: Grant): string {
  const thing = resource.endsWith(':*')
    ? 'log'
    : (resource.split(':').at(-1) ?? '')
        .replace(/^(table|event-bus|key)\//, '')
        .replace(/^parameter\/.*/, 'secrets')
        .replace(/[0-9A-F]{8}(?=$|\/)/, '');
  return `${role.replace(/[0-9A-F]{8}$/, '').replace(/Role$/, '')} ${action} ${thing}`;
}

const BUS = 'the bus is told of a saved contact';
const FOUND = 'a saved contact is found by its address';
const FEED = 'the feed tells of a saved contact';
const TOMBSTONE = 'a deleted contact is a tombstone';
const VERSION = 'the version of the package is noted';
const GAP = 'a gap that Apex confesses is read';
const LOST = 'an audit brings back what the mirror lost';
const COUNTED = 'an audit counts what both sides hold';
const UNLISTED = 'an audit takes the place of deletes that Salesforce forgot';
const SYNC = 'a sync asked for is done';
const CLOCK = 'the clock calls the scheduler';
const TASK = 'an e-mail becomes a task';
const LATE = 'a person who turns up late gets the task';
const FORGOTTEN = 'a forgotten org leaves nothing, and may come again';
const ERASED = 'a person who is deleted in Salesforce is erased';
const QUOTA = 'admins are told that requests run out';
const SHOWN = 'what admins look at is shown';
const KEYS = 'a key is made and revoked';
const TOKEN = 'the token is rotated';
const letters = (queue: string) => `a dead letter of ${queue} is taken over, shown and sent again`;
const rotated = (name: string) => `a refresh token that Salesforce replaces is stored by ${name}`;
const counted = (name: string) => `the calls of ${name} to Salesforce are counted`;
const logs = (name: string) => ({
  [`${name} logs:CreateLogStream log`]: `${name} writes its log`,
  [`${name} logs:PutLogEvents log`]: `${name} writes its log`,
});
const consumes = (name: string, queue: string, step: string) => ({
  [`${name} sqs:ReceiveMessage ${queue}Queue`]: step,
  [`${name} sqs:DeleteMessage ${queue}Queue`]: step,
  [`${name} sqs:GetQueueAttributes ${queue}Queue`]: step,
});
const collects = (queue: string) => ({
  [`Scheduler sqs:ReceiveMessage ${queue}DeadLetters`]: letters(queue.toLowerCase()),
  [`Scheduler sqs:DeleteMessage ${queue}DeadLetters`]: letters(queue.toLowerCase()),
});

/** What fails first without a grant, by its short name: a step, by its name. */
export const FAILS_WITHOUT: Readonly<Record<string, string>> = {
  ...logs('Gateway'),
  'Gateway dynamodb:GetItem Control': BUS,
  'Gateway dynamodb:PutItem Control': VERSION,
  'Gateway dynamodb:UpdateItem Control': 'a notice moves when Apex was last seen',
  'Gateway sqs:SendMessage NoticesQueue': BUS,
  'Gateway ssm:GetParameter secrets': VERSION,

  ...logs('Worker'),
  ...consumes('Worker', 'Notices', BUS),
  'Worker dynamodb:GetItem Control': BUS,
  'Worker dynamodb:Query Control': FOUND,
  'Worker dynamodb:PutItem Control': GAP,
  'Worker dynamodb:UpdateItem Control': BUS,
  'Worker dynamodb:DeleteItem Control': counted('worker'),
  'Worker dynamodb:BatchGetItem Control': TASK,
  'Worker dynamodb:GetItem Mirror': 'a write that somebody else came before is decided again',
  'Worker dynamodb:Query Mirror': 'a merge moves the contacts of the account that goes',
  'Worker dynamodb:PutItem Mirror': BUS,
  'Worker dynamodb:UpdateItem Mirror': BUS,
  'Worker dynamodb:BatchGetItem Mirror': BUS,
  'Worker dynamodb:GetItem Feed': BUS,
  'Worker dynamodb:Query Feed': BUS,
  'Worker dynamodb:PutItem Feed': BUS,
  'Worker dynamodb:UpdateItem Feed': BUS,
  'Worker dynamodb:Query Control/index/passes': GAP,
  'Worker sqs:SendMessage NoticesQueue': TOMBSTONE,
  'Worker sqs:SendMessage BulkQueue': GAP,
  'Worker ssm:GetParameter secrets': FOUND,
  'Worker ssm:PutParameter secrets': rotated('worker'),
  'Worker events:PutEvents Changes': BUS,

  ...logs('Scheduler'),
  ...collects('Notices'),
  ...collects('Bulk'),
  ...collects('Activities'),
  'Scheduler dynamodb:GetItem Control': CLOCK,
  'Scheduler dynamodb:Query Control': CLOCK,
  'Scheduler dynamodb:PutItem Control': letters('notices'),
  'Scheduler dynamodb:BatchGetItem Control': CLOCK,
  'Scheduler dynamodb:Query Control/index/orgs': CLOCK,
  'Scheduler dynamodb:Query Control/index/passes': CLOCK,
  'Scheduler sqs:SendMessage BulkQueue': QUOTA,
  'Scheduler sqs:SendMessage ActivitiesQueue': LATE,
  'Scheduler sns:Publish AdminTopic': QUOTA,
  'Scheduler kms:Decrypt TopicKey': QUOTA,
  'Scheduler kms:GenerateDataKey TopicKey': QUOTA,

  ...logs('Bulk'),
  ...consumes('Bulk', 'Bulk', SYNC),
  'Bulk dynamodb:GetItem Control': SYNC,
  'Bulk dynamodb:Query Control': SYNC,
  'Bulk dynamodb:PutItem Control': SYNC,
  'Bulk dynamodb:UpdateItem Control': counted('bulk'),
  'Bulk dynamodb:DeleteItem Control': counted('bulk'),
  'Bulk dynamodb:BatchGetItem Control': UNLISTED,
  'Bulk dynamodb:BatchWriteItem Control': FORGOTTEN,
  'Bulk dynamodb:GetItem Mirror': COUNTED,
  'Bulk dynamodb:Query Mirror': LOST,
  'Bulk dynamodb:PutItem Mirror': LOST,
  'Bulk dynamodb:UpdateItem Mirror': LOST,
  'Bulk dynamodb:BatchGetItem Mirror': LOST,
  'Bulk dynamodb:DeleteItem Mirror': FORGOTTEN,
  'Bulk dynamodb:BatchWriteItem Mirror': FORGOTTEN,
  'Bulk dynamodb:GetItem Feed': LOST,
  'Bulk dynamodb:Query Feed': LOST,
  'Bulk dynamodb:PutItem Feed': LOST,
  'Bulk dynamodb:UpdateItem Feed': LOST,
  'Bulk dynamodb:BatchWriteItem Feed': FORGOTTEN,
  'Bulk dynamodb:Query Control/index/passes': UNLISTED,
  'Bulk sqs:SendMessage NoticesQueue': 'a tie that an audit finds is settled by the worker',
  'Bulk sqs:SendMessage BulkQueue': SYNC,
  'Bulk ssm:GetParameter secrets': SYNC,
  'Bulk ssm:PutParameter secrets': rotated('bulk'),
  'Bulk ssm:DeleteParameter secrets': FORGOTTEN,
  'Bulk events:PutEvents Changes': LOST,

  ...logs('Activity'),
  ...consumes('Activity', 'Activities', TASK),
  'Activity dynamodb:GetItem Control': TASK,
  'Activity dynamodb:Query Control': TASK,
  'Activity dynamodb:PutItem Control': TASK,
  'Activity dynamodb:UpdateItem Control': counted('activity'),
  'Activity dynamodb:DeleteItem Control': counted('activity'),
  'Activity dynamodb:BatchGetItem Control': TASK,
  'Activity dynamodb:BatchGetItem Mirror': TASK,
  'Activity dynamodb:Query Control/index/passes': LATE,
  'Activity dynamodb:Query Mirror/index/email': TASK,
  'Activity sqs:SendMessage ActivitiesQueue': LATE,
  'Activity ssm:GetParameter secrets': TASK,
  'Activity ssm:PutParameter secrets': rotated('activity'),

  ...logs('Admin'),
  'Admin dynamodb:GetItem Control': SHOWN,
  'Admin dynamodb:Query Control': KEYS,
  'Admin dynamodb:PutItem Control': KEYS,
  'Admin dynamodb:UpdateItem Control': counted('admin'),
  'Admin dynamodb:DeleteItem Control': KEYS,
  'Admin dynamodb:BatchGetItem Control': TASK,
  'Admin dynamodb:BatchWriteItem Control': letters('bulk'),
  'Admin dynamodb:GetItem Mirror': SHOWN,
  'Admin dynamodb:Query Mirror': SHOWN,
  'Admin dynamodb:PutItem Mirror': ERASED,
  'Admin dynamodb:BatchGetItem Mirror': FOUND,
  'Admin dynamodb:GetItem Feed': FEED,
  'Admin dynamodb:Query Feed': FEED,
  'Admin dynamodb:UpdateItem Feed': ERASED,
  'Admin dynamodb:Query Control/index/passes': SHOWN,
  'Admin dynamodb:Query Mirror/index/email': FOUND,
  'Admin dynamodb:Query Mirror/index/owner': 'the tasks of a user are listed',
  'Admin sqs:SendMessage NoticesQueue': letters('notices'),
  'Admin sqs:SendMessage BulkQueue': SYNC,
  'Admin sqs:SendMessage ActivitiesQueue': TASK,
  'Admin ssm:GetParameter secrets': TOKEN,
  'Admin ssm:PutParameter secrets': TOKEN,

  'EveryMinute lambda:InvokeFunction SchedulerFunction': CLOCK,
};
