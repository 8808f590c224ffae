import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { isGenerator } from '../../runtime/operators.ts';
import type { RuntimeMethod } from '../../runtime/runtime-class.ts';
import { castTo } from '../../runtime/type-check.ts';
import type { ApexObject, ApexValue } from '../../values.ts';
import { platformType } from '../definition.ts';
import { fail, given } from '../language/arguments.ts';
import { type TypeToken, typeToken } from '../type-token.ts';

/** `Test.createStub(Type, provider)`: every call of the object goes to the provider. @throws TypeException */
export function createStub(
  realm: Realm,
  _self: null,
  type: TypeToken | null,
  provider: ApexObject | null,
): ApexObject {
  if (!realm.isTest) {
    return fail('TypeException', 'Test.createStub can only be called from a test');
  }
  const { name } = given(type);
  const known = realm.program.classNamed(name);
  if (known === undefined || known.isException) {
    return fail('TypeException', `Test.createStub cannot stub the type ${name}`);
  }
  const to = given(provider);
  return realm.program.stub(name, (stub, method, args) =>
    answer(realm, to, { stub, method, args }),
  );
}

interface StubbedCall {
  readonly stub: ApexObject;
  readonly method: RuntimeMethod;
  readonly args: readonly ApexValue[];
}

function answer(
  realm: Realm,
  provider: ApexObject,
  { stub, method, args }: StubbedCall,
): ApexValue {
  const { name, returnType, parameterTypes, parameterNames } = method;
  const result = realm.program.invoke(provider, 'handleMethodCall', [
    stub,
    name,
    typeToken(returnType),
    new ApexList('Type', parameterTypes.map(typeToken)),
    new ApexList('String', [...parameterNames]),
    new ApexList('Object', [...args]),
  ]);
  if (isGenerator(result)) {
    return fail('TypeException', 'A stub provider cannot make callouts');
  }
  return returnType === 'void' ? null : castTo(result, returnType, realm.program);
}

export const stubProviderType = platformType({
  name: 'StubProvider',
  kind: 'interface',
  members: {
    'Object handleMethodCall(Object stubbedObject, String stubbedMethodName, Type returnType, List<Type> listOfParamTypes, List<String> listOfParamNames, List<Object> listOfArgs)':
      null,
  },
});
