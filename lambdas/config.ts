import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';

export type FunctionName = 'gateway' | 'worker' | 'scheduler' | 'bulk' | 'activity' | 'admin';

/** Everything in files on one machine. */
export interface SqliteStores {
  readonly mode: 'sqlite';
  /** Folder of the database files, created when missing; `:memory:` keeps nothing. */
  readonly dataDir: string;
  /** Notices to admins by e-mail; absent = they are only logged. */
  readonly smtp?: SmtpSettings | undefined;
}

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte; `starttls`: refused when the server does not offer it; `none`: within one machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** What a function does not use is not given to it, and is absent. */
export interface AwsStores {
  readonly mode: 'aws';
  readonly controlTable: string;
  /** Parameters of the Systems Manager below this path hold the secrets, one per org. No slash at the end. */
  readonly parameterPrefix: string;
  readonly mirrorTable?: string | undefined;
  readonly feedTable?: string | undefined;
  /** Name or ARN. */
  readonly eventBus?: string | undefined;
  readonly noticeQueueUrl?: string | undefined;
  readonly bulkQueueUrl?: string | undefined;
  readonly activityQueueUrl?: string | undefined;
  /** Where the queues' redrive policies set messages aside. */
  readonly noticeDeadLetterUrl?: string | undefined;
  readonly bulkDeadLetterUrl?: string | undefined;
  readonly activityDeadLetterUrl?: string | undefined;
  /** SNS topic that admins subscribe to; absent = notices are only logged. */
  readonly adminTopicArn?: string | undefined;
}

export interface Settings {
  readonly functionName: FunctionName;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** Where orgs may sign in besides Salesforce's own hosts (hosts.ts of its adapter): practice orgs, on one machine only. */
  readonly loginHosts?: readonly string[] | undefined;
  /** What Apex calls, `https://host`, no slash at the end; asked of admin only. */
  readonly gatewayUrl?: string | undefined;
  /** Where browsers reach the receiver, no slash at the end; absent = where Apex does. Asked of admin only. */
  readonly publicUrl?: string | undefined;
  /** Folder of the page's files; absent = no page is served. */
  readonly pageDir?: string | undefined;
  /** Version of the package that the page offers to install, `04t…`; absent = it offers to deploy the source. */
  readonly packageVersionId?: string | undefined;
  /** Folder of the package's source in the metadata format; absent = it is not carried along. */
  readonly packageDir?: string | undefined;
}

export type Config = Settings & (SqliteStores | AwsStores);
export type Environment = Readonly<Record<string, string | undefined>>;

const text = (what: string) => z.string(what).check(z.minLength(1, what));
const matching = (pattern: RegExp, what: string) => z.string(what).check(z.regex(pattern, what));

const MAIL_SERVER =
  'a mail server as smtps://user@host or smtp://user@host:587, an @ in the user as %40, the password in RTS_SMTP_PASSWORD';
/** Plain addresses: no names, comments or line breaks that could turn into headers. */
const ADDRESS = /^[^\s<>@,;"]+@[^\s<>@,;"]+$/;
const ADDRESSES = /^[^\s<>@,;"]+@[^\s<>@,;"]+(?:\s*,\s*[^\s<>@,;"]+@[^\s<>@,;"]+)*$/;
const TABLE = 'the name of a DynamoDB table';
const QUEUE = matching(/^https?:\/\/\S+$/, 'the URL of an SQS queue');

const settingsVariables = {
  RTS_LOG_LEVEL: z._default(
    z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], 'DEBUG, INFO, WARN or ERROR'),
    'INFO',
  ),
};
const adminVariables = {
  RTS_GATEWAY_URL: matching(
    /^https:\/\/[^/?#\s]+$/,
    'what Apex calls, as https://host without a path',
  ),
  RTS_PUBLIC_URL: z.optional(matching(/^https?:\/\/[^/?#\s]+$/, 'a URL without a path')),
  RTS_PAGE_DIR: z.optional(text('a folder')),
  RTS_PACKAGE_DIR: z.optional(text('a folder')),
  RTS_PACKAGE_VERSION_ID: z.optional(
    matching(/^04t[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$/, 'the id of a package version, 04t…'),
  ),
};
const sqliteVariables = {
  RTS_LOGIN_HOSTS: z.optional(text('origins of practice orgs, separated by commas')),
  RTS_DATA_DIR: text('the folder of the database files'),
  RTS_SMTP_URL: z.optional(
    matching(/^smtps?:\/\/(?:[^\s/:@]+@)?[^\s/:@?#]+(?::\d{1,5})?\/?$/, MAIL_SERVER).check(
      z.refine((url) => URL.canParse(url), MAIL_SERVER),
    ),
  ),
  RTS_SMTP_PASSWORD: z.optional(text("the mail server's password")),
};
/** Asked for only where mail is sent at all. */
const mailVariables = {
  RTS_SMTP_FROM: matching(ADDRESS, 'the address that notices come from'),
  RTS_SMTP_TO: matching(ADDRESSES, 'the addresses that notices go to, separated by commas'),
};
const awsVariables = {
  RTS_CONTROL_TABLE: text(TABLE),
  RTS_PARAMETER_PREFIX: matching(/^(\/[\w.-]+)+$/, 'a path such as /rts/orgs'),
};
const noticeQueue = { RTS_NOTICE_QUEUE_URL: QUEUE };
const bulkQueue = { RTS_BULK_QUEUE_URL: QUEUE };
const activityQueue = { RTS_ACTIVITY_QUEUE_URL: QUEUE };
const deadLetterQueues = {
  RTS_NOTICE_DEAD_LETTER_URL: QUEUE,
  RTS_BULK_DEAD_LETTER_URL: QUEUE,
  RTS_ACTIVITY_DEAD_LETTER_URL: QUEUE,
};
const schedulerVariables = {
  RTS_ADMIN_TOPIC_ARN: z.optional(matching(/^arn:[\w-]+:sns:\S+$/, 'the ARN of an SNS topic')),
};
const everyResource = {
  ...noticeQueue,
  ...bulkQueue,
  RTS_MIRROR_TABLE: text(TABLE),
  RTS_FEED_TABLE: text(TABLE),
  RTS_EVENT_BUS: text('the name of an EventBridge bus'),
};

/** What each function needs of AWS beyond the control table and the secrets: it gets no permission for more. */
const RESOURCES: Readonly<Record<FunctionName, Readonly<Record<string, z.ZodMiniType<string>>>>> = {
  gateway: noticeQueue,
  scheduler: { ...bulkQueue, ...activityQueue, ...deadLetterQueues },
  worker: everyResource,
  bulk: everyResource,
  activity: { ...activityQueue, RTS_MIRROR_TABLE: text(TABLE) },
  admin: { ...everyResource, ...activityQueue },
};

const modeSchema = z.object({
  RTS_MODE: z.enum(['sqlite', 'aws'], 'sqlite or aws'),
});

/**
 * The configuration of one function. This file is the only reader of the environment.
 *
 * @throws AppError invalid-input that names every missing or wrong variable at once
 */
export function loadConfig(
  functionName: FunctionName,
  environment: Environment = process.env,
): Config {
  const mode = modeSchema.safeParse(environment).data?.RTS_MODE;
  const schema = z.object({
    ...modeSchema.shape,
    ...settingsVariables,
    ...(functionName === 'admin' ? adminVariables : {}),
    ...(mode === 'sqlite' ? sqliteVariables : {}),
    ...(mode === 'sqlite' && environment['RTS_SMTP_URL'] !== undefined ? mailVariables : {}),
    ...(mode === 'aws' ? { ...awsVariables, ...RESOURCES[functionName] } : {}),
    ...(mode === 'aws' && functionName === 'scheduler' ? schedulerVariables : {}),
  });
  const parsed = schema.safeParse(environment);
  if (!parsed.success) throw faults(functionName, parsed.error.issues, environment);
  return toConfig(functionName, parsed.data as unknown as Variables);
}

/** As the schema of a function and mode lets them through. */
interface Variables {
  readonly RTS_MODE: 'sqlite' | 'aws';
  readonly RTS_LOG_LEVEL: Settings['logLevel'];
  readonly RTS_LOGIN_HOSTS?: string;
  readonly RTS_GATEWAY_URL?: string;
  readonly RTS_PUBLIC_URL?: string;
  readonly RTS_PAGE_DIR?: string;
  readonly RTS_PACKAGE_DIR?: string;
  readonly RTS_PACKAGE_VERSION_ID?: string;
  readonly RTS_DATA_DIR: string;
  readonly RTS_SMTP_URL?: string;
  readonly RTS_SMTP_PASSWORD?: string;
  readonly RTS_SMTP_FROM?: string;
  readonly RTS_SMTP_TO?: string;
  readonly RTS_CONTROL_TABLE: string;
  readonly RTS_PARAMETER_PREFIX: string;
  readonly RTS_MIRROR_TABLE?: string;
  readonly RTS_FEED_TABLE?: string;
  readonly RTS_EVENT_BUS?: string;
  readonly RTS_NOTICE_QUEUE_URL?: string;
  readonly RTS_BULK_QUEUE_URL?: string;
  readonly RTS_ACTIVITY_QUEUE_URL?: string;
  readonly RTS_NOTICE_DEAD_LETTER_URL?: string;
  readonly RTS_BULK_DEAD_LETTER_URL?: string;
  readonly RTS_ACTIVITY_DEAD_LETTER_URL?: string;
  readonly RTS_ADMIN_TOPIC_ARN?: string;
}

function toConfig(functionName: FunctionName, variables: Variables): Config {
  const settings: Settings = {
    functionName,
    logLevel: variables.RTS_LOG_LEVEL,
    loginHosts: variables.RTS_LOGIN_HOSTS?.split(',').map((host) => host.trim()),
    gatewayUrl: variables.RTS_GATEWAY_URL,
    publicUrl: variables.RTS_PUBLIC_URL,
    pageDir: variables.RTS_PAGE_DIR,
    packageVersionId: variables.RTS_PACKAGE_VERSION_ID,
    packageDir: variables.RTS_PACKAGE_DIR,
  };
  if (variables.RTS_MODE === 'sqlite') {
    const smtp = smtpOf(variables);
    const dataDir = variables.RTS_DATA_DIR;
    return { ...settings, mode: 'sqlite', dataDir, ...(smtp !== undefined && { smtp }) };
  }
  return {
    ...settings,
    mode: 'aws',
    controlTable: variables.RTS_CONTROL_TABLE,
    parameterPrefix: variables.RTS_PARAMETER_PREFIX,
    mirrorTable: variables.RTS_MIRROR_TABLE,
    feedTable: variables.RTS_FEED_TABLE,
    eventBus: variables.RTS_EVENT_BUS,
    noticeQueueUrl: variables.RTS_NOTICE_QUEUE_URL,
    bulkQueueUrl: variables.RTS_BULK_QUEUE_URL,
    activityQueueUrl: variables.RTS_ACTIVITY_QUEUE_URL,
    noticeDeadLetterUrl: variables.RTS_NOTICE_DEAD_LETTER_URL,
    bulkDeadLetterUrl: variables.RTS_BULK_DEAD_LETTER_URL,
    activityDeadLetterUrl: variables.RTS_ACTIVITY_DEAD_LETTER_URL,
    adminTopicArn: variables.RTS_ADMIN_TOPIC_ARN,
  };
}

/** Mail within one machine needs no encryption; anything else is refused without it. */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

function smtpOf(variables: Variables): SmtpSettings | undefined {
  if (variables.RTS_SMTP_URL === undefined) return undefined;
  const { protocol, hostname, port, username } = new URL(variables.RTS_SMTP_URL);
  const tls = protocol === 'smtps:';
  const plain = LOOPBACK.has(hostname) ? 'none' : 'starttls';
  return {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: port === '' ? (tls ? 465 : 587) : Number(port),
    security: tls ? 'tls' : plain,
    ...(username !== '' && { user: decodeURIComponent(username) }),
    ...(variables.RTS_SMTP_PASSWORD !== undefined && { password: variables.RTS_SMTP_PASSWORD }),
    from: variables.RTS_SMTP_FROM ?? '',
    to: (variables.RTS_SMTP_TO ?? '').split(',').map((address) => address.trim()),
  };
}

function faults(
  functionName: FunctionName,
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
  environment: Environment,
): AppError {
  const lines = issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name} ${environment[name] === undefined ? 'is missing' : 'is wrong'}: it must be ${message}`;
  });
  return new AppError(
    'invalid-input',
    `The environment of the function ${functionName} is not complete. ${[...new Set(lines)].join('. ')}.`,
  );
}
