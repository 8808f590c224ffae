import type { KeyPrefixes } from '../key-prefixes.ts';
import type {
  CustomMetadataRecord,
  Metadata,
  PermissionSetSource,
  RecordTypeSource,
  RemoteSite,
  SubscriberConfig,
} from '../metadata.ts';
import { OrgSchema } from '../org-schema.ts';
import type { FieldSchema, FieldSetSchema, ObjectSchema, ValidationRule } from '../schema.ts';
import {
  eventWhoRelation,
  sharedActivityFields,
  sharedEventRelationFields,
  taskRelation,
  taskWhoRelation,
} from '../standard/shared-activities.ts';
import {
  checkFieldSet,
  checkFormula,
  checkPermissions,
  checkRule,
  type FindObject,
} from './check-parts.ts';
import { DuplicateSources } from './duplicate-rules.ts';
import { type Element, parseMetadata, SourceProblem } from './element.ts';
import { PASSED_OVER } from './passed-over.ts';
import { type ActivitySettings, readActivitySettings } from './read-activity-settings.ts';
import { checkClientAppPart, clientAppSuffixes } from './read-client-app.ts';
import { checkCustomMetadata, readCustomMetadata } from './read-custom-metadata.ts';
import { readField } from './read-field.ts';
import { readFieldSet } from './read-field-set.ts';
import { readPermissionSet, readRemoteSite, readSubscriberConfig } from './read-metadata.ts';
import { readObject } from './read-object.ts';
import { readRecordType } from './read-record-type.ts';
import { readValidationRule } from './read-validation-rule.ts';
import { SetupSources } from './setup-sources.ts';

export interface SourceText {
  /** Path inside the source, e.g. `objects/Shipment__c/fields/Weight__c.field-meta.xml`. */
  readonly path: string;
  readonly text: string;
}

interface DeployProblem {
  readonly file: string;
  readonly message: string;
}

export interface DeployResult {
  /** All of them; when there is one, nothing was deployed. */
  readonly problems: readonly DeployProblem[];
  readonly metadata: Metadata;
}

/**
 * Puts SFDX source into the schema: objects, fields, custom settings, platform events; fields of `Activity` land on
 * Task and Event. Apex and what only pages show is passed over; metadata that would change what the org does, and that
 * this org does not know, is a problem.
 */
export function deploySource(
  schema: OrgSchema,
  files: readonly SourceText[],
  prefixes: KeyPrefixes,
): DeployResult {
  const reading = new Reading(schema, prefixes);
  for (const file of files) reading.read(file);
  const objects = reading.objects();
  if (reading.problems.length === 0) schema.replace(objects);
  return { problems: reading.problems, metadata: reading.metadata };
}

/** The same as `deploySource`, into a copy: the schema itself stays as it is. */
export function tryDeploy(
  schema: OrgSchema,
  files: readonly SourceText[],
  prefixes: KeyPrefixes,
): DeployResult & { readonly schema: OrgSchema } {
  const copy = new OrgSchema(schema.all());
  return { ...deploySource(copy, files, prefixes), schema: copy };
}

/** The objects that fields and settings of `Activity` are about. */
const activities = ['Task', 'Event'] as const;

interface ObjectParts {
  readonly name: string;
  file: string;
  element: Element | undefined;
  readonly fields: FieldSchema[];
  readonly rules: ValidationRule[];
  readonly fieldSets: FieldSetSchema[];
  readonly recordTypes: RecordTypeSource[];
}

class Reading {
  readonly problems: DeployProblem[] = [];
  readonly #schema: OrgSchema;
  readonly #prefixes: KeyPrefixes;
  readonly #objects = new Map<string, ObjectParts>();
  readonly #fieldFiles = new Map<FieldSchema, string>();
  /** Standard objects that a setting switches on. */
  readonly #further: ObjectSchema[] = [];
  #activitySettings: ActivitySettings | undefined;
  readonly #ruleFiles = new Map<ValidationRule, string>();
  readonly #remoteSites: RemoteSite[] = [];
  readonly #subscriberConfigs: SubscriberConfig[] = [];
  readonly #customMetadata: { file: string; record: CustomMetadataRecord }[] = [];
  readonly #fieldSetFiles = new Map<FieldSetSchema, string>();
  readonly #setup = new SetupSources();
  readonly #permissionSets: { file: string; source: PermissionSetSource }[] = [];
  readonly #duplicates = new DuplicateSources();

  constructor(schema: OrgSchema, prefixes: KeyPrefixes) {
    this.#schema = schema;
    this.#prefixes = prefixes;
  }

  get metadata(): Metadata {
    return {
      remoteSites: this.#remoteSites,
      subscriberConfigs: this.#subscriberConfigs,
      permissionSets: this.#permissionSets.map((set) => set.source),
      recordTypes: [...this.#objects.values()].flatMap(({ recordTypes }) => recordTypes),
      customMetadata: this.#customMetadata.map(({ record }) => record),
      customPermissions: this.#setup.customPermissions,
      cachePartitions: this.#setup.cachePartitions,
      staticResources: this.#setup.staticResources,
    };
  }

  read(file: SourceText): void {
    this.#attempt(file.path, () => {
      if (this.#setup.read(file)) return;
      const [, name = '', suffix] = /([^/\\]+)\.(\w+)-meta\.xml$/.exec(file.path) ?? [];
      if (suffix !== undefined) this.#readTyped(file, name, suffix);
    });
  }

  #attempt(file: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SourceProblem)) throw error;
      this.problems.push({ file, message: error.message });
    }
  }

  #readTyped(file: SourceText, name: string, suffix: string): void {
    switch (suffix) {
      case 'object': {
        const parts = this.#partsOf(name, file.path);
        parts.element = parseMetadata(file.text, 'CustomObject');
        parts.file = file.path;
        return;
      }
      case 'field':
        this.#addField(file, name);
        return;
      case 'validationRule':
        this.#addRule(file, name);
        return;
      case 'fieldSet':
        this.#addFieldSet(file, name);
        return;
      case 'recordType':
        this.#addRecordType(file, name);
        return;
      case 'settings':
        if (name === 'Activities') this.#readActivitySettings(file);
        return;
      case 'remoteSite':
        this.#remoteSites.push(readRemoteSite(parseMetadata(file.text, 'RemoteSiteSetting'), name));
        return;
      case 'platformEventSubscriberConfig':
        this.#subscriberConfigs.push(
          readSubscriberConfig(parseMetadata(file.text, 'PlatformEventSubscriberConfig'), name),
        );
        return;
      case 'md':
        this.#customMetadata.push({
          file: file.path,
          record: readCustomMetadata(parseMetadata(file.text, 'CustomMetadata'), name),
        });
        return;
      case 'matchingRule':
        this.#duplicates.addMatchingRules(file, name);
        return;
      case 'duplicateRule':
        this.#partsOf(this.#duplicates.addRule(file, name), file.path);
        return;
      case 'permissionset':
        this.#permissionSets.push({
          file: file.path,
          source: readPermissionSet(parseMetadata(file.text, 'PermissionSet'), name),
        });
        return;
      default:
        if (clientAppSuffixes.has(suffix)) checkClientAppPart(suffix, file.text);
        else if (!PASSED_OVER.has(suffix))
          throw new SourceProblem(`metadata of type ${suffix} is not supported by this org`);
    }
  }

  #partsOf(name: string, file: string): ObjectParts {
    const key = name.toLowerCase();
    let parts = this.#objects.get(key);
    if (!parts) {
      parts = {
        name,
        file,
        element: undefined,
        fields: [],
        rules: [],
        fieldSets: [],
        recordTypes: [],
      };
      this.#objects.set(key, parts);
    }
    return parts;
  }

  #readActivitySettings(file: SourceText): void {
    const settings = readActivitySettings(parseMetadata(file.text, 'ActivitiesSettings'));
    this.#activitySettings = settings;
    for (const name of activities) {
      const { fields } = this.#partsOf(name, file.path);
      if (settings.areShared) fields.push(...sharedActivityFields(name));
    }
    if (!settings.areShared) return;
    this.#partsOf('EventRelation', file.path).fields.push(...sharedEventRelationFields);
    this.#further.push(taskRelation, taskWhoRelation, eventWhoRelation);
  }

  #addRule(file: SourceText, name: string): void {
    const objectName = folderOf(file.path, 'validationRules');
    const rule = readValidationRule(parseMetadata(file.text, 'ValidationRule'), name);
    this.#ruleFiles.set(rule, file.path);
    const targets = objectName === 'Activity' ? activities : [objectName];
    for (const target of targets) this.#partsOf(target, file.path).rules.push(rule);
  }

  #addFieldSet(file: SourceText, name: string): void {
    const set = readFieldSet(parseMetadata(file.text, 'FieldSet'), name);
    this.#fieldSetFiles.set(set, file.path);
    this.#partsOf(folderOf(file.path, 'fieldSets'), file.path).fieldSets.push(set);
  }

  #addRecordType(file: SourceText, name: string): void {
    const object = folderOf(file.path, 'recordTypes');
    const type = readRecordType(parseMetadata(file.text, 'RecordType'), object, name);
    this.#partsOf(object, file.path).recordTypes.push(type);
  }

  #addField(file: SourceText, name: string): void {
    const objectName = folderOf(file.path, 'fields');
    const field = readField(parseMetadata(file.text, 'CustomField'));
    if (field.name !== name)
      throw new SourceProblem(`<fullName> must be the file's name: ${field.name}`);
    this.#fieldFiles.set(field, file.path);
    const targets = objectName === 'Activity' ? activities : [objectName];
    for (const target of targets) this.#partsOf(target, file.path).fields.push(field);
  }

  /** The objects as they will be, checked against each other. */
  objects(): ObjectSchema[] {
    const objects: ObjectSchema[] = [...this.#further];
    for (const parts of this.#objects.values()) {
      this.#attempt(parts.file, () => {
        objects.push(this.#objectOf(parts));
      });
    }
    const deployed = new Map(objects.map((object) => [object.name.toLowerCase(), object]));
    const find: FindObject = (name) => deployed.get(name.toLowerCase()) ?? this.#schema.find(name);
    this.#checkReferences(find);
    if (this.problems.length === 0) this.#checkFormulas(objects);
    this.#checkParts(objects, find);
    return objects.map((object) => {
      let ruled = object;
      this.#attempt(this.#duplicates.fileOf(object), () => {
        ruled = this.#duplicates.applyTo(object, find);
      });
      return ruled;
    });
  }

  #objectOf(parts: ObjectParts): ObjectSchema {
    const object = readObject(parts, this.#schema.find(parts.name), this.#prefixes);
    const settings = this.#activitySettings;
    if (settings === undefined || !activities.some((name) => name === object.name)) return object;
    return { ...object, rollsUpToContactAccount: settings.rollUpToContactAccount };
  }

  #checkParts(objects: readonly ObjectSchema[], find: FindObject): void {
    for (const { file, source } of this.#permissionSets)
      this.#attempt(file, () => {
        checkPermissions(source, find);
        this.#setup.checkPermissionSet(source);
      });
    this.problems.push(...this.#setup.problems());
    for (const { file, record } of this.#customMetadata)
      this.#attempt(file, () => checkCustomMetadata(find, record));
    for (const [set, file] of this.#fieldSetFiles) {
      const holders = objects.filter(({ fieldSets }) => fieldSets?.includes(set));
      for (const holder of holders) this.#attempt(file, () => checkFieldSet(find, holder, set));
    }
  }

  /** Formulas may name what this deploy brings along, so they are tried on the schema as it will be. */
  #checkFormulas(objects: readonly ObjectSchema[]): void {
    const formulas = [...this.#fieldFiles].filter(([field]) => field.formula !== undefined);
    if (formulas.length === 0 && this.#ruleFiles.size === 0) return;
    const schema = new OrgSchema([...this.#schema.all(), ...objects]);
    for (const [rule, file] of this.#ruleFiles) {
      const holders = objects.filter((object) => object.validationRules?.includes(rule));
      this.#attempt(file, () => this.#setup.checkRule(rule));
      for (const holder of holders) this.#attempt(file, () => checkRule(schema, holder, rule));
    }
    for (const [field, file] of formulas) {
      const holders = objects.filter(
        (object) => object.fields.get(field.name.toLowerCase()) === field,
      );
      for (const holder of holders) this.#attempt(file, () => checkFormula(schema, holder, field));
    }
  }

  #checkReferences(find: (name: string) => ObjectSchema | undefined): void {
    for (const [field, file] of this.#fieldFiles) {
      for (const target of field.referenceTo) {
        if (find(target)?.name === target) continue;
        this.problems.push({
          file,
          message: `<referenceTo> names an object that the org does not have: ${target}`,
        });
      }
    }
  }
}

/** The object whose folder a part of it lies in. @throws SourceProblem */
function folderOf(path: string, partFolder: string): string {
  const [file, folder, object, objects] = path.split(/[/\\]/).reverse();
  if (file && folder === partFolder && object && objects === 'objects') return object;
  throw new SourceProblem(`this part of an object lies in objects/<object>/${partFolder}`);
}
