import { afterEach, describe, expect, it, vi } from 'vitest';
import { PowertoolsTelemetry } from '#adapters/aws/powertools-telemetry.ts';
import { ConsoleTelemetry } from '#adapters/console-telemetry.ts';

describe('the log of one machine', () => {
  function log(level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR') {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    return { telemetry: new ConsoleTelemetry({ level, now: () => 0, write }), lines };
  }

  it('is one JSON object a line', () => {
    const { telemetry, lines } = log('INFO');
    telemetry.info('NoticeAccepted', { orgId: '00D', changes: 3, late: undefined });
    expect(lines).toEqual([
      '{"timestamp":"1970-01-01T00:00:00.000Z","level":"INFO","message":"NoticeAccepted","orgId":"00D","changes":3}\n',
    ]);
  });

  it('lets no field pose as the line’s own', () => {
    const { telemetry, lines } = log('INFO');
    telemetry.warn('Real', {
      message: 'forged',
      level: 'INFO',
      timestamp: 'x',
      text: 'a\n{"level":"ERROR"}',
    });
    expect(lines.join('').split('\n')).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'Real', level: 'WARN' });
  });

  it('leaves out what is below its level, metrics first', () => {
    const levels = (['DEBUG', 'INFO', 'WARN', 'ERROR'] as const).map((level) => {
      const { telemetry, lines } = log(level);
      telemetry.metric('NoticesAccepted', 1);
      telemetry.info('a');
      telemetry.warn('b');
      telemetry.error('c');
      return lines.length;
    });
    expect(levels).toEqual([4, 3, 2, 1]);
  });
});

describe('the log on AWS', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Powertools writes through a console of its own, over this process's standard streams. */
  function capture(): string[] {
    const lines: string[] = [];
    const write = ((chunk: string) => lines.push(String(chunk)) > 0) as typeof process.stdout.write;
    vi.spyOn(process.stdout, 'write').mockImplementation(write);
    vi.spyOn(process.stderr, 'write').mockImplementation(write);
    return lines;
  }

  it('is structured, with the function as its service', () => {
    const lines = capture();
    const telemetry = new PowertoolsTelemetry('INFO', 'worker');
    telemetry.info('NoticeApplied', { orgId: '00D', applied: 2 });
    telemetry.error('NoticeFailed');
    vi.restoreAllMocks();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'INFO', message: 'NoticeApplied', service: 'worker', orgId: '00D', applied: 2 },
      { level: 'ERROR', message: 'NoticeFailed', service: 'worker' },
    ]);
  });

  it('writes each metric at once, in the embedded format', () => {
    const lines = capture();
    const telemetry = new PowertoolsTelemetry('ERROR', 'worker');
    telemetry.metric('NoticesAccepted', 3);
    vi.restoreAllMocks();
    const [metric] = lines.map((line) => JSON.parse(line));
    expect(metric).toMatchObject({ NoticesAccepted: 3, service: 'worker' });
    expect(metric._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'MixmaxRts',
        Dimensions: [['service']],
        Metrics: [{ Name: 'NoticesAccepted', Unit: 'Count' }],
      },
    ]);
  });
});
