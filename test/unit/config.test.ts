import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { type Environment, type FunctionName, loadConfig } from '../../lambdas/config.ts';

const AWS: Environment = {
  RTS_MODE: 'aws',
  RTS_CONTROL_TABLE: 'control',
  RTS_PARAMETER_PREFIX: '/rts/orgs',
  RTS_MIRROR_TABLE: 'mirror',
  RTS_FEED_TABLE: 'feed',
  RTS_EVENT_BUS: 'bus',
  RTS_NOTICE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/notices',
  RTS_BULK_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/bulk',
  RTS_NOTICE_DEAD_LETTER_URL: 'https://sqs.eu-west-1.amazonaws.com/1/notices-dead',
  RTS_BULK_DEAD_LETTER_URL: 'https://sqs.eu-west-1.amazonaws.com/1/bulk-dead',
  RTS_ACTIVITY_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/activities',
  RTS_ACTIVITY_DEAD_LETTER_URL: 'https://sqs.eu-west-1.amazonaws.com/1/activities-dead',
  RTS_GATEWAY_URL: 'https://rts.example',
};

function faultOf(functionName: FunctionName, environment: Environment): string {
  try {
    loadConfig(functionName, environment);
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid-input') return error.message;
    throw error;
  }
  throw new Error('It was expected to fail.');
}

describe('the configuration', () => {
  it('of one machine needs a folder', () => {
    expect(loadConfig('worker', { RTS_MODE: 'sqlite', RTS_DATA_DIR: '/data' })).toEqual({
      functionName: 'worker',
      mode: 'sqlite',
      dataDir: '/data',
      logLevel: 'INFO',
      loginHosts: undefined,
      gatewayUrl: undefined,
      pageDir: undefined,
    });
    expect(faultOf('worker', { RTS_MODE: 'sqlite', RTS_DATA_DIR: '' })).toContain('RTS_DATA_DIR');
  });

  it('takes a mail server on one machine, and then asks for addresses', () => {
    const mail = (change: Environment) => ({
      RTS_MODE: 'sqlite',
      RTS_DATA_DIR: '/data',
      RTS_SMTP_FROM: 'rts@x.example',
      RTS_SMTP_TO: 'a@x.example, b@x.example',
      ...change,
    });
    const smtpOf = (RTS_SMTP_URL: string) => {
      const config = loadConfig('worker', mail({ RTS_SMTP_URL, RTS_SMTP_PASSWORD: 'hush' }));
      return config.mode === 'sqlite' ? config.smtp : undefined;
    };
    expect(smtpOf('smtps://ada%40x.example@mail.example')).toEqual({
      host: 'mail.example',
      port: 465,
      security: 'tls',
      user: 'ada@x.example',
      password: 'hush',
      from: 'rts@x.example',
      to: ['a@x.example', 'b@x.example'],
    });
    expect(smtpOf('smtp://mail.example')).toMatchObject({ port: 587, security: 'starttls' });
    expect(smtpOf('smtp://127.0.0.1:25')).toMatchObject({ port: 25, security: 'none' });
    for (const url of ['mail.example', 'smtp://a:hush@mail.example', 'smtp://mail.example:99999']) {
      const fault = faultOf('worker', mail({ RTS_SMTP_URL: url }));
      expect(fault, url).toContain('RTS_SMTP_URL is wrong');
      expect(fault).not.toContain('hush');
    }
    const RTS_SMTP_URL = 'smtp://mail.example';
    expect(faultOf('worker', mail({ RTS_SMTP_URL, RTS_SMTP_TO: 'Ann <a@x.example>' }))).toContain(
      'RTS_SMTP_TO is wrong',
    );
    expect(faultOf('worker', mail({ RTS_SMTP_URL, RTS_SMTP_FROM: undefined }))).toContain(
      'RTS_SMTP_FROM is missing',
    );
  });

  it('gives each function on AWS what it uses and no more', () => {
    const gateway = loadConfig('gateway', AWS);
    expect(gateway).toMatchObject({
      mode: 'aws',
      controlTable: 'control',
      noticeQueueUrl: AWS['RTS_NOTICE_QUEUE_URL'],
    });
    expect(gateway).toMatchObject({
      mirrorTable: undefined,
      bulkQueueUrl: undefined,
      gatewayUrl: undefined,
    });
    expect(loadConfig('scheduler', AWS)).toMatchObject({
      bulkQueueUrl: AWS['RTS_BULK_QUEUE_URL'],
      noticeDeadLetterUrl: AWS['RTS_NOTICE_DEAD_LETTER_URL'],
      bulkDeadLetterUrl: AWS['RTS_BULK_DEAD_LETTER_URL'],
      noticeQueueUrl: undefined,
    });
    const RTS_ADMIN_TOPIC_ARN = 'arn:aws:sns:eu-west-1:123456789012:admins';
    expect(loadConfig('scheduler', { ...AWS, RTS_ADMIN_TOPIC_ARN })).toMatchObject({
      adminTopicArn: RTS_ADMIN_TOPIC_ARN,
    });
    expect(faultOf('scheduler', { ...AWS, RTS_ADMIN_TOPIC_ARN: 'admins' })).toContain('SNS topic');
    for (const name of ['worker', 'bulk', 'admin'] as const) {
      expect(loadConfig(name, AWS)).toMatchObject({
        controlTable: 'control',
        parameterPrefix: '/rts/orgs',
        mirrorTable: 'mirror',
        feedTable: 'feed',
        eventBus: 'bus',
        noticeQueueUrl: AWS['RTS_NOTICE_QUEUE_URL'],
        bulkQueueUrl: AWS['RTS_BULK_QUEUE_URL'],
      });
    }
    expect(loadConfig('admin', AWS)).toMatchObject({ gatewayUrl: 'https://rts.example' });
  });

  it('names every fault at once', () => {
    const { RTS_CONTROL_TABLE: _, RTS_FEED_TABLE: __, ...rest } = AWS;
    const message = faultOf('worker', {
      ...rest,
      RTS_PARAMETER_PREFIX: 'rts/',
      RTS_LOG_LEVEL: 'debug',
      RTS_BULK_QUEUE_URL: 'bulk',
    });
    expect(message).toContain('function worker');
    expect(message).toMatch(
      /RTS_CONTROL_TABLE is missing: it must be the name of a DynamoDB table/,
    );
    expect(message).toMatch(/RTS_FEED_TABLE is missing/);
    expect(message).toMatch(/RTS_PARAMETER_PREFIX is wrong: it must be a path such as/);
    expect(message).toMatch(/RTS_LOG_LEVEL is wrong: it must be DEBUG, INFO, WARN or ERROR/);
    expect(message).toMatch(/RTS_BULK_QUEUE_URL is wrong: it must be the URL of an SQS queue/);
    expect(message).not.toContain('RTS_MIRROR_TABLE');
  });

  it('needs a mode', () => {
    expect(faultOf('bulk', {})).toMatch(/RTS_MODE is missing: it must be sqlite or aws/);
    expect(faultOf('bulk', { ...AWS, RTS_MODE: 'AWS' })).toMatch(/RTS_MODE is wrong/);
  });

  it('asks admin alone for the gateway’s address, https and no path', () => {
    const { RTS_GATEWAY_URL: _, ...rest } = AWS;
    expect(loadConfig('gateway', rest).gatewayUrl).toBeUndefined();
    expect(faultOf('admin', rest)).toContain('RTS_GATEWAY_URL is missing');
    for (const url of ['http://rts.example', 'https://rts.example/', 'https://', 'rts.example']) {
      expect(faultOf('admin', { ...AWS, RTS_GATEWAY_URL: url }), url).toContain(
        'RTS_GATEWAY_URL is wrong',
      );
    }
  });

  it('splits the login hosts', () => {
    const RTS_LOGIN_HOSTS = 'http://127.0.0.1:8081, http://127.0.0.1:8082';
    expect(loadConfig('worker', { ...AWS, RTS_LOGIN_HOSTS }).loginHosts).toBeUndefined();
    const environment = { RTS_MODE: 'sqlite', RTS_DATA_DIR: '/data', RTS_LOGIN_HOSTS };
    const { loginHosts, logLevel } = loadConfig('worker', {
      ...environment,
      RTS_LOG_LEVEL: 'WARN',
    });
    expect(loginHosts).toEqual(['http://127.0.0.1:8081', 'http://127.0.0.1:8082']);
    expect(logLevel).toBe('WARN');
  });
});
