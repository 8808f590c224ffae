import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Deliveries before a message is set aside. The functions count with it (`park-given-up.ts`, `work-off.ts`). */
const MAX_RECEIVES = 5;
/** Lambda asks for at least this many time-outs of the consumer. */
const VISIBILITY_TIMEOUTS = 6;

interface WorkQueueProps {
  /** Of the function that consumes it. */
  readonly timeoutSeconds: number;
  readonly deadLetterDays: number;
}

/**
 * A standard queue and its dead letters. Standard, not FIFO: order comes from the versions of records, and messages of
 * one org (`MessageGroupId`) do not hold up another's (fair queues).
 */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;

  constructor(scope: Construct, id: string, { timeoutSeconds, deadLetterDays }: WorkQueueProps) {
    super(scope, id);
    const common = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    // The clock of a message's retention goes on in the dead letters: they must keep it longer.
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', {
      ...common,
      retentionPeriod: Duration.days(deadLetterDays),
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      retentionPeriod: Duration.days(Math.min(4, deadLetterDays)),
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless::Serverless-SQSRedrivePolicy',
      reason:
        'This is where messages end. The scheduler takes them over, and an alarm tells of them.',
    });
  }
}
