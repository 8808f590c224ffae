import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue } from '../../values.ts';
import type { PlatformType } from '../definition.ts';
import { platformType } from '../definition.ts';
import { dmlMembers } from '../system/dml-members.ts';

type Text = string | null;

const exceptionType = platformType({
  name: 'Exception',
  kind: 'exception',
  members: {
    ...dmlMembers,
    'Exception getCause()': (_: Realm, self: ApexException) => self.causedBy,
    'Integer getLineNumber()': (_: Realm, self: ApexException) => self.lineNumber,
    'String getMessage()': (_: Realm, self: ApexException) => self.message,
    'String getStackTraceString()': (_: Realm, self: ApexException) => self.stackTrace,
    'String getTypeName()': (_: Realm, self: ApexException) => self.typeName,
    'void initCause(Exception cause)': (
      _: Realm,
      self: ApexException,
      cause: ApexException | null,
    ) => {
      if (self.causedBy !== null) {
        throw new ApexException('IllegalStateException', 'The cause is already set');
      }
      self.causedBy = cause;
      return null;
    },
    'void setMessage(String message)': (_: Realm, self: ApexException, message: Text) => {
      self.message = message ?? 'Script-thrown exception';
      return null;
    },
    'String toString()': (_: Realm, self: ApexException) => `${self.typeName}: ${self.message}`,
  },
});

/** Exceptions of the platform that hold nothing but a message and a cause. */
const PLAIN_EXCEPTIONS = [
  'AsyncException',
  'BigObjectException',
  'CalloutException',
  'DuplicateMessageException',
  'EmailException',
  'ExternalObjectException',
  'FinalException',
  'FlowException',
  'HandledException',
  'IllegalArgumentException',
  'IllegalStateException',
  'InvalidHeaderException',
  'InvalidParameterValueException',
  'JSONException',
  'LicenseException',
  'LimitException',
  'ListException',
  'MathException',
  'NoAccessException',
  'NoDataFoundException',
  'NoSuchElementException',
  'NullPointerException',
  'PlatformCacheException',
  'ProcedureException',
  'QueryException',
  'RequiredFeatureMissingException',
  'RestException',
  'SObjectException',
  'SearchException',
  'SecurityException',
  'SerializationException',
  'StringException',
  'TypeException',
  'UnexpectedException',
  'UnsupportedOperationException',
  'VisualforceException',
  'XmlException',
];

/** An exception with nothing of its own. Code may make it itself, as test code does to play a failing platform. */
export function plainException(name: string): PlatformType {
  const made = (message?: Text, cause?: ApexException | null): ApexValue =>
    new ApexException(name, message ?? null, cause ?? null);
  return platformType({
    name,
    kind: 'exception',
    extends: 'Exception',
    members: {
      'new()': () => made(),
      'new(String message)': (_: Realm, _self: null, message: Text) => made(message),
      'new(Exception cause)': (_: Realm, _self: null, cause: ApexException | null) =>
        made(null, cause),
      'new(String message, Exception cause)': (
        _: Realm,
        _self: null,
        message: Text,
        cause: ApexException | null,
      ) => made(message, cause),
    },
  });
}

export const EXCEPTION_TYPES: readonly PlatformType[] = [
  exceptionType,
  ...PLAIN_EXCEPTIONS.map(plainException),
];
