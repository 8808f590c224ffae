import { join } from 'node:path';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../scripts/build/function-budgets.ts';
import { FUNCTIONS } from '../functions.ts';

interface RtsFunctionProps {
  readonly name: FunctionName;
  /** Folder with one bundle per function, by name. */
  readonly bundles: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly iam.PolicyStatement[];
  readonly logRetentionDays: number;
  readonly reservedConcurrency?: number;
}

/** A function with a role, a policy and a log group of its own. The role can do what `statements` say, and log. */
export class RtsFunction extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: RtsFunctionProps) {
    super(scope, id);
    const plan = FUNCTIONS[props.name];
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { reservedConcurrency } = props;
    this.function = new lambda.Function(this, 'Function', {
      description: plan.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(join(props.bundles, props.name), { exclude: ['*.map'] }),
      handler: 'index.handler',
      memorySize: plan.memoryMb,
      timeout: Duration.seconds(plan.timeoutSeconds),
      environment: { RTS_MODE: 'aws', ...props.environment },
      logGroup: this.logGroup,
      role: this.#role(props.statements),
      ...(reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: reservedConcurrency,
      }),
    });
    this.#acknowledge();
  }

  #acknowledge(): void {
    Validations.of(this).acknowledge(
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason:
          'Invoked by queues with dead letters of their own, by HTTP, or by the clock, whose next minute makes up for a failed one: no event can be lost.',
      },
      {
        id: 'Serverless::Serverless-LambdaTracing',
        reason:
          'The X-Ray SDK ends in 2027 and adds 30 to 50 ms to a cold start; the webhook-id runs through every log line instead.',
      },
    );
  }

  #role(statements: readonly iam.PolicyStatement[]): iam.Role {
    const logging = new iam.PolicyStatement({
      sid: 'Logs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logGroup.logGroupArn],
    });
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Own: new iam.PolicyDocument({ statements: [logging, ...statements] }) },
    });
  }
}
