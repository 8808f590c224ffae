/**
 * What the org knows of its objects and fields: the one source for describe calls, SOQL, saves and Apex.
 * Standard objects come from `standard/`, everything else from deployed SFDX source.
 */

export type FieldType =
  | 'id'
  | 'string'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'time'
  | 'reference'
  | 'picklist'
  | 'multipicklist'
  | 'combobox'
  | 'textarea'
  | 'phone'
  | 'url'
  | 'email'
  | 'address'
  | 'encryptedstring'
  | 'base64'
  | 'complexvalue'
  | 'junctionIdList'
  | 'anyType';

export interface PicklistValue {
  readonly value: string;
  readonly label: string;
  readonly active: boolean;
  readonly defaultValue: boolean;
}

/** The rows whose records a list of ids names (JunctionIdList). */
export interface IdListSource {
  /** The object of the rows. */
  readonly object: string;
  /** Their look-ups to that record, and to those that are listed. */
  readonly link: string;
  readonly listed: string;
  /** The field of the record that holds the first of them. */
  readonly first: string;
}

export interface FieldSchema {
  /** API name as declared, e.g. `Email`, `Tier__c`. Names compare without regard to case. */
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** Characters for text, 0 otherwise. */
  readonly length: number;
  /** Digits of a number, before and after the point; of an `int`, what describe calls `digits`. */
  readonly precision: number;
  readonly scale: number;
  readonly nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly custom: boolean;
  readonly unique: boolean;
  readonly externalId: boolean;
  readonly idLookup: boolean;
  readonly caseSensitive: boolean;
  /** The platform fills it on insert when the caller does not. */
  readonly defaultedOnCreate: boolean;
  /** Constant default as a field value, or undefined. */
  readonly defaultValue?: FieldValue;
  readonly nameField: boolean;
  readonly autoNumberFormat?: string;
  /** Target object names; more than one means polymorphic. Empty unless `type` is `reference`. */
  readonly referenceTo: readonly string[];
  readonly relationshipName?: string;
  /** Name of the child relationship on the parent, e.g. `Contacts`. */
  readonly childRelationshipName?: string;
  readonly cascadeDelete: boolean;
  /** The parent cannot be deleted while this look-up points at it. */
  readonly restrictedDelete?: boolean;
  readonly picklistValues: readonly PicklistValue[];
  readonly restrictedPicklist: boolean;
  /** Formula source when calculated. */
  readonly formula?: string;
  /** False when a formula leaves missing numbers missing instead of taking them as zero. */
  readonly blanksAsZero?: boolean;
  /** Compound field this is a part of, e.g. `Name` for FirstName, `MailingAddress` for MailingCity. */
  readonly compoundFieldName?: string;
  readonly inlineHelpText?: string;
  /** Of a `junctionIdList`: it has no column, its value follows from these rows. */
  readonly idList?: IdListSource;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly groupable: boolean;
}

export type ObjectKind =
  | 'standard'
  | 'custom'
  | 'hierarchySetting'
  | 'listSetting'
  | 'customMetadata'
  | 'platformEvent';

/** A formula that is true for records that may not be saved. */
export interface ValidationRule {
  readonly name: string;
  readonly active: boolean;
  readonly condition: string;
  /** What the user reads. */
  readonly message: string;
  /** API name of the field the message stands beside; without one, at the top of the page. */
  readonly field?: string;
}

/** How the value of one field is compared with that of another record. Letters compare without regard to case. */
interface MatchCriterion {
  /** API name in the object of the record that is saved. */
  readonly inputField: string;
  /** API name in the object that is searched. */
  readonly field: string;
  /** Two empty values are the same; otherwise an empty one is like no other. */
  readonly matchesBlanks: boolean;
}

/** Criteria by number, from 1, and how they go together. */
export type FilterLogic =
  | number
  | { readonly operator: 'AND' | 'OR'; readonly operands: readonly FilterLogic[] };

/** Which records of an object are like the one that is saved. */
export interface MatchRule {
  readonly name: string;
  /** API name of the object that is searched. */
  readonly object: string;
  readonly criteria: readonly MatchCriterion[];
  readonly logic: FilterLogic;
}

/** What happens to a save that would make a duplicate. */
type DuplicateAction = 'save' | 'alert' | 'block';

/** An active duplicate rule, with the matching rules it goes by. */
export interface DuplicateRule {
  readonly name: string;
  readonly message: string;
  readonly onInsert: DuplicateAction;
  readonly onUpdate: DuplicateAction;
  readonly enforcesSharing: boolean;
  readonly matchRules: readonly MatchRule[];
}

/** Fields that belong together on a page; Apex reads the list. */
export interface FieldSetSchema {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  /** Paths from the object, `Name` or `Account.Name`. */
  readonly fields: readonly { readonly path: string; readonly required: boolean }[];
}

/** Who may use a record beyond its owner and those above in the role hierarchy. */
export type SharingModel = 'Private' | 'Read' | 'ReadWrite' | 'ControlledByParent';

/** Where the rows of a view come from, in SQL over the other object's columns. */
interface ViewSource {
  readonly object: string;
  readonly condition: string;
  /** Fields that are not columns of the other object, by name. */
  readonly computed: Readonly<Record<string, string>>;
}

export interface ObjectSchema {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  /** Three characters; platform events have one too (`e00` …). */
  readonly keyPrefix: string;
  readonly kind: ObjectKind;
  /** By lower-case field name, in describe order. */
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly triggerable: boolean;
  readonly queryable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly deletable: boolean;
  /** Rows go to the Recycle Bin (false: a delete is final, visible only to getDeleted). */
  readonly undeletable: boolean;
  readonly replicateable: boolean;
  readonly mergeable: boolean;
  /** User, Group, PermissionSet …: may not share a transaction with ordinary DML (mixed DML). */
  readonly setupObject: boolean;
  /** In the order of their names. */
  readonly validationRules?: readonly ValidationRule[];
  /** Active ones, in the order they are asked. */
  readonly duplicateRules?: readonly DuplicateRule[];
  /** In the order of their names. */
  readonly fieldSets?: readonly FieldSetSchema[];
  /** The org-wide default; left out, that of a new org. */
  readonly sharingModel?: SharingModel;
  /** Tasks and Events may relate to its records through `WhatId`. */
  readonly acceptsActivities?: boolean;
  /** Tasks and Events: whether one about a contact belongs to the contact's account; left out, it does. */
  readonly rollsUpToContactAccount?: boolean;
  /** Rows of another object, some of them, under this object's name; nobody writes them here. */
  readonly view?: ViewSource;
  /** Platform events only. */
  readonly publishBehavior?: 'PublishAfterCommit' | 'PublishImmediately';
}

export interface ChildRelationship {
  readonly childObject: string;
  readonly field: string;
  readonly relationshipName?: string;
  readonly cascadeDelete: boolean;
  readonly restrictedDelete?: boolean;
  /** Fields of the parent that list ids out of these rows, and the objects whose ids they list. */
  readonly idLists?: readonly string[];
  readonly listedObjects?: readonly string[];
}

export interface Schema {
  /** Case-insensitive. */
  find(objectName: string): ObjectSchema | undefined;
  /** @throws OrgError INVALID_TYPE in Salesforce's own words */
  require(objectName: string): ObjectSchema;
  byKeyPrefix(prefix: string): ObjectSchema | undefined;
  all(): readonly ObjectSchema[];
  childRelationships(objectName: string): readonly ChildRelationship[];
  /** Counts up with every deploy; caches key on it. */
  readonly version: number;
}

/**
 * A stored value as the org keeps it: text as string; numbers as number; booleans as boolean; date `YYYY-MM-DD`;
 * datetime `YYYY-MM-DDTHH:mm:ss.SSSZ` (UTC); time `HH:mm:ss.SSSZ`; ids and references 18 characters; a list of ids as
 * JSON; null for nothing (an empty string is stored as null, as Salesforce does).
 */
export type FieldValue = string | number | boolean | null;

/** Field values of one record by declared field name; fields not present were not set or not asked for. */
export type FieldValues = Record<string, FieldValue>;
