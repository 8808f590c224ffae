import type { Realm } from '../../realm.ts';
import { type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { fail, given, type Text } from './arguments.ts';
import { JsonWriter } from './json-text.ts';

interface Scope {
  readonly kind: 'object' | 'array';
  /** Whether the next item needs a comma before it. */
  started: boolean;
  /** Whether a member's name waits for its value. */
  named: boolean;
}

interface GeneratorState {
  readonly pretty: boolean;
  readonly parts: string[];
  /** Enclosing objects and arrays, outermost first. */
  readonly open: Scope[];
  closed: boolean;
}

type Generator = PlatformObject<GeneratorState>;

export function createGenerator(pretty: boolean): Generator {
  return new PlatformObject('JSONGenerator', { pretty, parts: [], open: [], closed: false });
}

/** Objects around the next item; only they indent. */
function depthOf({ open }: GeneratorState): number {
  return open.filter(({ kind }) => kind === 'object').length;
}

const newLine = (depth: number) => `\n${'  '.repeat(depth)}`;

/** The scope that is written to. @throws JSONException once the generator is closed */
function scopeOf({ open, closed }: GeneratorState): Scope | undefined {
  return closed ? fail('JSONException', 'The JSON generator is closed') : open.at(-1);
}

/** Writes one value where a value may stand. */
function item({ state }: Generator, text: string): null {
  const scope = scopeOf(state);
  if (scope?.kind === 'object' && !scope.named) {
    return fail('JSONException', 'Can not write value, expecting field name');
  }
  if (scope?.kind === 'array') {
    state.parts.push(scope.started ? ',' : '', state.pretty ? ' ' : '');
  }
  if (scope) Object.assign(scope, { started: true, named: false });
  state.parts.push(text);
  return null;
}

function fieldName({ state }: Generator, name: string): null {
  const scope = scopeOf(state);
  if (scope?.kind !== 'object' || scope.named) {
    return fail('JSONException', 'Can not write a field name, expecting a value');
  }
  const indent = state.pretty ? newLine(depthOf(state)) : '';
  state.parts.push(scope.started ? ',' : '', indent, JSON.stringify(name));
  state.parts.push(state.pretty ? ' : ' : ':');
  scope.named = true;
  return null;
}

function begin(self: Generator, kind: 'object' | 'array'): null {
  item(self, kind === 'object' ? '{' : '[');
  self.state.open.push({ kind, started: false, named: false });
  return null;
}

function end({ state }: Generator, kind: 'object' | 'array'): null {
  const scope = scopeOf(state);
  if (scope?.kind !== kind) {
    return fail('JSONException', `Current context not an ${kind}`);
  }
  state.open.pop();
  const isBroken = kind === 'object' && scope.started;
  const gap = isBroken ? newLine(depthOf(state)) : ' ';
  state.parts.push(state.pretty ? gap : '', kind === 'object' ? '}' : ']');
  return null;
}

/** What is still open is ended. */
function close(self: Generator): null {
  const { state } = self;
  while (!state.closed && state.open.length > 0) end(self, state.open.at(-1)?.kind ?? 'object');
  state.closed = true;
  return null;
}

function write(realm: Realm, self: Generator, value: ApexValue): null {
  const { pretty } = self.state;
  const writer = new JsonWriter(realm.program, { pretty, suppressNulls: false });
  return item(self, writer.write(value, depthOf(self.state)));
}

function writeField(realm: Realm, self: Generator, name: Text, value: ApexValue): null {
  fieldName(self, given(name));
  return write(realm, self, value);
}

const writeNamed = (kind: 'object' | 'array') => (_realm: Realm, self: Generator, name: Text) => {
  fieldName(self, given(name));
  return begin(self, kind);
};

/** Method names and the Apex types they write. */
const VALUES: readonly (readonly [name: string, type: string])[] = [
  ['String', 'String'],
  ['Number', 'Integer'],
  ['Number', 'Long'],
  ['Number', 'Double'],
  ['Number', 'Decimal'],
  ['Boolean', 'Boolean'],
  ['Object', 'Object'],
  ['Id', 'Id'],
  ['Date', 'Date'],
  ['DateTime', 'Datetime'],
  ['Time', 'Time'],
  ['Blob', 'Blob'],
];

function valueMembers(): Record<string, PlatformMember> {
  const members: Record<string, PlatformMember> = {};
  for (const [name, type] of VALUES) {
    members[`void write${name}(${type} value)`] = write;
    members[`void write${name}Field(String name, ${type} value)`] = writeField;
  }
  return members;
}

export const jsonGeneratorType = platformType({
  name: 'JSONGenerator',
  members: {
    ...valueMembers(),
    'void writeStartObject()': (_realm: Realm, self: Generator) => begin(self, 'object'),
    'void writeEndObject()': (_realm: Realm, self: Generator) => end(self, 'object'),
    'void writeStartArray()': (_realm: Realm, self: Generator) => begin(self, 'array'),
    'void writeEndArray()': (_realm: Realm, self: Generator) => end(self, 'array'),
    'void writeFieldName(String name)': (_realm: Realm, self: Generator, name: Text) =>
      fieldName(self, given(name)),
    'void writeObjectFieldStart(String name)': writeNamed('object'),
    'void writeArrayFieldStart(String name)': writeNamed('array'),
    'void writeNull()': (_realm: Realm, self: Generator) => item(self, 'null'),
    'void writeNullField(String name)': (realm: Realm, self: Generator, name: Text) =>
      writeField(realm, self, name, null),
    'void close()': (_realm: Realm, self: Generator) => close(self),
    'Boolean isClosed()': (_realm: Realm, self: Generator) => self.state.closed,
    'String getAsString()': (_realm: Realm, self: Generator) => {
      close(self);
      return self.state.parts.join('');
    },
  },
});
