/** What deployed source says beyond objects and fields. */
export interface Metadata {
  readonly remoteSites: readonly RemoteSite[];
  readonly subscriberConfigs: readonly SubscriberConfig[];
  readonly permissionSets: readonly PermissionSetSource[];
  readonly recordTypes: readonly RecordTypeSource[];
  readonly customMetadata: readonly CustomMetadataRecord[];
  readonly customPermissions: readonly CustomPermissionSource[];
  readonly cachePartitions: readonly CachePartitionSource[];
  readonly staticResources: readonly StaticResourceSource[];
}

/** What permission sets grant and code asks for by its name. */
export interface CustomPermissionSource {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
}

/** A part of Platform Cache. */
export interface CachePartitionSource {
  readonly name: string;
  readonly isDefault: boolean;
  /** Space in the org's cache and in the sessions'. */
  readonly megabytes: { readonly organization: number; readonly session: number };
}

export interface StaticResourceSource {
  readonly name: string;
  readonly contentType: string;
  /** `Private` or `Public`. */
  readonly cacheControl: string;
  readonly description: string | undefined;
  /** In base64. */
  readonly body: string;
}

/** What the org keeps as a row of RecordType. */
export interface RecordTypeSource {
  /** API name of its object. */
  readonly object: string;
  readonly developerName: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly active: boolean;
}

/** A row of a custom metadata type. */
export interface CustomMetadataRecord {
  /** `Plan__mdt` */
  readonly object: string;
  readonly developerName: string;
  readonly label: string;
  /** Texts by field name; of a metadata relationship, the other record's DeveloperName. */
  readonly values: ReadonlyMap<string, string | null>;
}

/** A host that callouts may go to. */
export interface RemoteSite {
  readonly name: string;
  /** Scheme, host and port, perhaps with a path. */
  readonly url: string;
  readonly isActive: boolean;
  /** Allows plain HTTP although the org itself is called by HTTPS. */
  readonly disableProtocolSecurity: boolean;
}

/** How an Apex trigger on a platform event is fed. */
export interface SubscriberConfig {
  readonly name: string;
  /** Name of the trigger. */
  readonly consumer: string;
  /** Events per run, 1 to 2,000. */
  readonly batchSize: number | undefined;
  /** Username it runs as; undefined for the Automated Process user. */
  readonly user: string | undefined;
}

export interface PermissionSetSource {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  /** API names without `Permissions`. */
  readonly userPermissions: readonly string[];
  /** Names of custom permissions. */
  readonly customPermissions: readonly string[];
  readonly objectPermissions: readonly ObjectPermission[];
  readonly fieldPermissions: readonly FieldPermission[];
  /** Custom settings whose rows the set lets read. */
  readonly customSettings: readonly string[];
}

export interface ObjectPermission {
  readonly object: string;
  readonly create: boolean;
  readonly read: boolean;
  readonly edit: boolean;
  readonly delete: boolean;
  readonly viewAllRecords: boolean;
  readonly modifyAllRecords: boolean;
}

export interface FieldPermission {
  /** `Account.Tier__c`. */
  readonly field: string;
  readonly read: boolean;
  readonly edit: boolean;
}
