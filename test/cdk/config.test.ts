import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../cdk/config.ts';

describe('the settings of a deployment', () => {
  test('need not be given', () => {
    expect(readConfig({})).toMatchObject({
      stage: 'prod',
      logRetentionDays: 30,
      deadLetterDays: 14,
    });
    expect(readConfig({ stage: undefined })).toMatchObject({ stage: 'prod' });
  });

  test('come from the command line as texts', () => {
    expect(readConfig({ logRetentionDays: '90', workerConcurrency: '7' })).toMatchObject({
      logRetentionDays: 90,
      workerConcurrency: 7,
    });
  });

  test.each([
    ['stage', 'Prod!', 'up to 20 small letters'],
    ['region', 'europe', 'a region such as eu-central-1'],
    ['region', 'eu-central-9', 'AWS has no such region'],
    ['domainName', 'https://rts.example.com', 'a host name'],
    ['certificateArn', 'my-certificate', 'the ARN of a certificate'],
    ['packageVersionId', '04x', 'the id of a package version'],
    ['alarmEmail', 'ops', 'an e-mail address'],
    ['logRetentionDays', '8', 'it must be one of 1, 3, 5'],
    ['logRetentionDays', 'a month', 'a whole number'],
    ['deadLetterDays', '15', 'a whole number from 1 to 14'],
    ['gatewayConcurrency', '0', 'a whole number from 1 to 1000'],
    ['workerConcurrency', '1', 'a whole number from 2 to 1000'],
    ['bulkConcurrency', '1.5', 'a whole number from 2 to 1000'],
  ])('refuse a wrong %s (%s) in one sentence', (name, value, reason) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
    expect(read).toThrow(reason);
  });

  test('name every fault at once', () => {
    const read = () => readConfig({ stage: 'A', region: 'b' });
    expect(read).toThrow(/stage[^\n]+\n[^\n]+region/);
  });

  test('know that a domain needs its certificate', () => {
    expect(() => readConfig({ domainName: 'rts.example.com' })).toThrow('go together');
    const both = {
      domainName: 'rts.example.com',
      certificateArn: 'arn:aws:acm:eu-central-1:1:certificate/x',
    };
    expect(readConfig(both)).toMatchObject(both);
  });
});
