import type { ApexBlob } from '../../blob.ts';
import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { enumValue } from '../enums.ts';
import { given, type Text } from '../language/arguments.ts';
import { withProperties } from './properties.ts';
import type { OutgoingMail, RowError } from './system-services.ts';

/** Members of a message by their names after `set` and `get`, with their types. */
const PARTS: Readonly<Record<string, string>> = {
  ToAddresses: 'List<String>',
  CcAddresses: 'List<String>',
  BccAddresses: 'List<String>',
  Subject: 'String',
  PlainTextBody: 'String',
  HtmlBody: 'String',
  ReplyTo: 'String',
  SenderDisplayName: 'String',
  OrgWideEmailAddressId: 'Id',
  TargetObjectId: 'Id',
  WhatId: 'Id',
  SaveAsActivity: 'Boolean',
  TreatTargetObjectAsRecipient: 'Boolean',
  UseSignature: 'Boolean',
  BccSender: 'Boolean',
  InReplyTo: 'String',
  References: 'String',
  Charset: 'String',
  FileAttachments: 'List<Messaging.EmailFileAttachment>',
};
const ATTACHMENT_PARTS: Readonly<Record<string, string>> = {
  FileName: 'String',
  ContentType: 'String',
  Body: 'Blob',
  Inline: 'Boolean',
};
const MOST_ADDRESSES = 150;
const ADDRESS = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/;

type Parts = Map<string, ApexValue>;
type Message = PlatformObject<Parts>;

/** A setter, a getter and a property for each part. */
function partMembers(parts: Readonly<Record<string, string>>): Record<string, PlatformMember> {
  const members: Record<string, PlatformMember> = {};
  for (const [name, type] of Object.entries(parts)) {
    const read = (_realm: Realm, { state }: Message): ApexValue => state.get(name) ?? null;
    const write = (_realm: Realm, { state }: Message, value: ApexValue): null => {
      state.set(name, value);
      return null;
    };
    members[`void set${name}(${type} value)`] = write;
    members[`${type} ${type === 'Boolean' ? 'is' : 'get'}${name}()`] = read;
    members[`get set ${type} ${name.charAt(0).toLowerCase()}${name.slice(1)}`] = (
      _realm: Realm,
      self: Message,
      ...value: ApexValue[]
    ): ApexValue => {
      if (value.length > 0) self.state.set(name, value[0] ?? null);
      return self.state.get(name) ?? null;
    };
  }
  return members;
}

function newMessage(): Message {
  const defaults: Parts = new Map<string, ApexValue>([
    ['SaveAsActivity', true],
    ['UseSignature', true],
    ['TreatTargetObjectAsRecipient', true],
    ['BccSender', false],
  ]);
  return new PlatformObject('Messaging.SingleEmailMessage', defaults);
}

const text = (parts: Parts, name: string): string | null => {
  const value = parts.get(name) ?? null;
  return typeof value === 'string' ? value : null;
};

function addresses(parts: Parts, name: string): string[] {
  const value = parts.get(name);
  return value instanceof ApexList ? value.values.map((one) => String(one ?? '')) : [];
}

const problem = (code: string, message: string, ...fields: string[]): RowError => ({
  code,
  message,
  fields,
});

/** The address of the user, contact or lead a message is for. */
function targetAddress(realm: Realm, parts: Parts): string[] {
  const id = text(parts, 'TargetObjectId');
  if (id === null || parts.get('TreatTargetObjectAsRecipient') === false) return [];
  const object = realm.schema.byKeyPrefix(id.slice(0, 3));
  const email = object === undefined ? null : realm.system.readRecord(object.name, id)?.['Email'];
  return typeof email === 'string' ? [email] : [];
}

/** The message as it would go out, or why it does not. */
function outgoing(realm: Realm, { state }: Message): OutgoingMail | RowError {
  const to = [...addresses(state, 'ToAddresses'), ...targetAddress(realm, state)];
  const cc = addresses(state, 'CcAddresses');
  const bcc = addresses(state, 'BccAddresses');
  const wrong = [...to, ...cc, ...bcc].find((address) => !ADDRESS.test(address));
  const plainText = text(state, 'PlainTextBody');
  const html = text(state, 'HtmlBody');
  if (wrong !== undefined) {
    return problem('INVALID_EMAIL_ADDRESS', `Email address is invalid: ${wrong}`, 'toAddresses');
  }
  if (to.length + cc.length + bcc.length === 0) {
    return problem('REQUIRED_FIELD_MISSING', 'Add a recipient to send an email.');
  }
  if (Math.max(to.length, cc.length, bcc.length) > MOST_ADDRESSES) {
    return problem('LIMIT_EXCEEDED', `Max number of recipients is ${MOST_ADDRESSES}`);
  }
  if ((plainText ?? '') === '' && (html ?? '') === '') {
    return problem(
      'REQUIRED_FIELD_MISSING',
      'Missing body, need at least one of html or plainText',
    );
  }
  const subject = text(state, 'Subject');
  return activityProblem(state) ?? { to, cc, bcc, subject, plainText, html, ...rest(state) };
}

/** Mail to a user is no activity; mail to others this org does not log as one, so it must not be asked to. */
function activityProblem(parts: Parts): RowError | undefined {
  const target = text(parts, 'TargetObjectId');
  if (target === null || parts.get('SaveAsActivity') === false) return undefined;
  return target.startsWith('005')
    ? problem(
        'INVALID_SAVE_AS_ACTIVITY_FLAG',
        'saveAsActivity must be false when sending mail to users.',
      )
    : problem(
        'INVALID_SAVE_AS_ACTIVITY_FLAG',
        'This org logs no mail as an activity: setSaveAsActivity(false)',
      );
}

function rest(parts: Parts): Pick<OutgoingMail, 'replyTo' | 'senderName' | 'attachments'> {
  const files = parts.get('FileAttachments');
  return {
    replyTo: text(parts, 'ReplyTo'),
    senderName: text(parts, 'SenderDisplayName'),
    attachments: files instanceof ApexList ? files.values.map(attachment) : [],
  };
}

function attachment(value: ApexValue): OutgoingMail['attachments'][number] {
  const { state } = value as PlatformObject<Parts>;
  const body = (state.get('Body') ?? null) as ApexBlob | null;
  return { name: text(state, 'FileName') ?? '', bytes: body?.bytes.length ?? 0 };
}

/** Counts one invocation, however many messages. @throws EmailException, LimitError */
function sendEmail(
  realm: Realm,
  _self: null,
  messages: ApexList | null,
  allOrNothing: boolean | null = true,
): ApexList {
  const mails = given(messages).values.map((message) => outgoing(realm, given(message) as Message));
  const failed = mails.findIndex((mail) => 'code' in mail);
  const first = mails[failed];
  if (first !== undefined && 'code' in first && allOrNothing !== false) {
    throw new ApexException(
      'EmailException',
      `SendEmail failed. First exception on row ${failed}; first error: ${first.code}, ${first.message}: [${first.fields.join()}]`,
    );
  }
  realm.system.sendMail(mails.flatMap((mail) => ('code' in mail ? [] : [mail])));
  return new ApexList(
    'Messaging.SendEmailResult',
    mails.map(
      (mail) =>
        new PlatformObject('Messaging.SendEmailResult', { error: 'code' in mail ? mail : null }),
    ),
  );
}

type SendResult = PlatformObject<{ readonly error: RowError | null }>;
type SendError = PlatformObject<RowError>;

export const messagingTypes = [
  platformType({
    name: 'Messaging',
    members: {
      'static List<Messaging.SendEmailResult> sendEmail(List<Messaging.Email> messages)': sendEmail,
      'static List<Messaging.SendEmailResult> sendEmail(List<Messaging.Email> messages, Boolean allOrNothing)':
        sendEmail,
      /** Refuses what is past the day's allowance; this org has none. */
      'static void reserveSingleEmailCapacity(Integer amount)': () => null,
    },
  }),
  platformType({ name: 'Messaging.Email', members: {} }),
  platformType({
    name: 'Messaging.SingleEmailMessage',
    extends: 'Messaging.Email',
    members: { 'new()': newMessage, ...partMembers(PARTS) },
  }),
  platformType({
    name: 'Messaging.EmailFileAttachment',
    members: {
      'new()': () => new PlatformObject('Messaging.EmailFileAttachment', new Map()),
      ...partMembers(ATTACHMENT_PARTS),
    },
  }),
  platformType({
    name: 'Messaging.SendEmailResult',
    members: withProperties({
      'Boolean isSuccess()': (_realm: Realm, self: SendResult) => self.state.error === null,
      'List<Messaging.SendEmailError> getErrors()': (_realm: Realm, { state }: SendResult) =>
        new ApexList(
          'Messaging.SendEmailError',
          state.error === null ? [] : [new PlatformObject('Messaging.SendEmailError', state.error)],
        ),
    }),
  }),
  platformType({
    name: 'Messaging.SendEmailError',
    members: withProperties({
      'String getMessage()': (_realm: Realm, self: SendError): Text => self.state.message,
      'StatusCode getStatusCode()': (_realm: Realm, self: SendError) =>
        enumValue('StatusCode', self.state.code),
      'List<String> getFields()': (_realm: Realm, self: SendError) =>
        new ApexList('String', [...self.state.fields]),
    }),
  }),
];
