import type { ObjectSchema } from '../../schema/schema.ts';
import { type ApiCall, dataPath, userOf } from '../api-call.ts';
import { createRecordWriter } from './record-json.ts';

/** Every object's own record type, everyone's default in this org; the same id in every org. */
export const MASTER_RECORD_TYPE_ID = '012000000000000AAA';

/** The record types of an object as its description lists them: deployed ones by name, then Master. */
export function recordTypeInfos(call: ApiCall, object: ObjectSchema): readonly RecordTypeInfo[] {
  return [
    ...deployed(call, object).map(({ Id, Name, DeveloperName, IsActive }) =>
      info(call, object, String(Id), {
        name: String(Name),
        developerName: String(DeveloperName),
        active: IsActive === true,
        master: false,
      }),
    ),
    info(call, object, MASTER_RECORD_TYPE_ID, {
      name: 'Master',
      developerName: 'Master',
      active: true,
      master: true,
    }),
  ];
}

function deployed(call: ApiCall, object: ObjectSchema): readonly Record<string, unknown>[] {
  const { org } = call;
  if (!object.fields.has('recordtypeid') || org.schema.find('RecordType') === undefined) return [];
  const plan = org.soql.plan(
    'SELECT Id, Name, DeveloperName, IsActive FROM RecordType WHERE SobjectType = :object ORDER BY Name',
  );
  const binds = new Map([['object', object.name]]);
  const options = { binds, nowMs: org.scheduler.now(), userId: userOf(call) };
  const writer = createRecordWriter(org.schema, dataPath(call), plan);
  return [...org.soql.run(plan, options)].map((record) => writer.write(record));
}

interface Naming {
  readonly name: string;
  readonly developerName: string;
  readonly active: boolean;
  readonly master: boolean;
}

/** Its members in Salesforce's order. */
interface RecordTypeInfo extends Naming {
  readonly available: boolean;
  readonly defaultRecordTypeMapping: boolean;
  /** 18 characters. */
  readonly recordTypeId: string;
  readonly urls: { readonly layout: string };
}

function info(
  call: ApiCall,
  object: ObjectSchema,
  recordTypeId: string,
  naming: Naming,
): RecordTypeInfo {
  const { name, developerName, active, master } = naming;
  return {
    active,
    available: active,
    defaultRecordTypeMapping: master,
    developerName,
    master,
    name,
    recordTypeId,
    urls: { layout: `${dataPath(call)}/sobjects/${object.name}/describe/layouts/${recordTypeId}` },
  };
}
