import { RegionInfo } from 'aws-cdk-lib/region-info';
import * as z from 'zod';

/** What a deployment may choose, each by `-c name=value`. Everything has a default: nothing must be edited or given. */
const settings = z.strictObject({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'up to 20 small letters, digits and hyphens, a letter first')
    .default('prod'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as eu-central-1')
    .optional(),
  domainName: z
    .string()
    .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, 'a host name such as rts.example.com')
    .optional(),
  certificateArn: z
    .string()
    .regex(/^arn:aws[\w-]*:acm:\S+$/, 'the ARN of a certificate in AWS Certificate Manager')
    .optional(),
  packageVersionId: z
    .string()
    .regex(/^04t[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/, 'the id of a package version, 04t…')
    .optional(),
  alarmEmail: z.email('an e-mail address').optional(),
  logRetentionDays: wholeNumber(1, 3_653).default(30),
  deadLetterDays: wholeNumber(1, 14).default(14),
  gatewayConcurrency: wholeNumber(1, 1_000).default(50),
  workerConcurrency: wholeNumber(2, 1_000).default(20),
  bulkConcurrency: wholeNumber(2, 1_000).default(5),
  activityConcurrency: wholeNumber(2, 1_000).default(5),
});

export type DeploymentConfig = z.infer<typeof settings>;

/** Days that CloudWatch Logs knows. */
const LOG_RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922,
  3_288, 3_653,
];

/** Names of the settings, as they are looked up in the context. */
export const SETTING_NAMES = Object.keys(settings.shape);

/** A wrong setting, told in one sentence each. */
export class ConfigError extends Error {}

/**
 * @param context values as the CDK has them: texts from the command line, anything from `cdk.json`; undefined = not given
 * @throws ConfigError naming each wrong setting, what it was and what it must be
 */
export function readConfig(context: Readonly<Record<string, unknown>>): DeploymentConfig {
  const given = Object.entries(context).filter(([, value]) => value !== undefined);
  const parsed = settings.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      return `The setting ${name} is ${JSON.stringify(context[name])}: it must be ${message}.`;
    });
    throw new ConfigError([...new Set(faults)].join('\n'));
  }
  checkTogether(parsed.data);
  return parsed.data;
}

function checkTogether(config: DeploymentConfig): void {
  const { domainName, certificateArn, logRetentionDays, region } = config;
  if (region !== undefined && !RegionInfo.regions.some(({ name }) => name === region)) {
    throw new ConfigError(
      `The setting region is "${region}": AWS has no such region, or the CDK of this version does not know it yet.`,
    );
  }
  if ((domainName === undefined) !== (certificateArn === undefined)) {
    throw new ConfigError(
      'The settings domainName and certificateArn go together: give both or none.',
    );
  }
  if (!LOG_RETENTIONS.includes(logRetentionDays)) {
    throw new ConfigError(
      `The setting logRetentionDays is ${logRetentionDays}: it must be one of ${LOG_RETENTIONS.join(', ')}.`,
    );
  }
}

function wholeNumber(min: number, max: number) {
  const message = `a whole number from ${min} to ${max}`;
  return z.coerce.number(message).int(message).min(min, message).max(max, message);
}
