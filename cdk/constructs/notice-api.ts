import { CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

interface NoticeApiProps {
  readonly gateway: lambda.Function;
  /** Whatever is no notice: the HTTP API and the page. */
  readonly admin: lambda.Function;
  readonly logRetentionDays: number;
  readonly domainName?: string | undefined;
  readonly certificateArn?: string | undefined;
}

const NOTICE_ROUTE = 'POST /v1/orgs/{orgId}/notices';

/** Requests a second; what is above is answered 429, and Apex retries. */
const THROTTLE = {
  notices: { rateLimit: 500, burstLimit: 1_000 },
  others: { rateLimit: 50, burstLimit: 100 },
};

/** The front door: notices to the gateway function, everything else to admin. */
export class NoticeApi extends Construct {
  /** `https://host`, no slash at the end. */
  readonly url: string;
  readonly api: apigwv2.HttpApi;

  constructor(scope: Construct, id: string, props: NoticeApiProps) {
    super(scope, id);
    this.api = new apigwv2.HttpApi(this, 'Api', {
      description: 'Mixmax Real-Time Sync: change notices and the HTTP API.',
      createDefaultStage: false,
      // Without parameters of its own: the function's router finds them in the path.
      defaultIntegration: new HttpLambdaIntegration('Admin', props.admin),
      // A custom domain is the only way in once there is one.
      disableExecuteApiEndpoint: props.domainName !== undefined,
    });
    this.#addRoutes(props);
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions::AwsSolutions-APIG4',
      reason:
        'The functions authorize: notices by their signature over the raw body, the HTTP API by keys that are stored hashed. An authorizer in front cannot see the body.',
    });
    const stage = this.#stage(props);
    this.url = this.#domain(props, stage) ?? this.api.apiEndpoint;
    new CfnOutput(Stack.of(this), 'GatewayUrl', { value: this.url });
  }

  #addRoutes({ gateway }: NoticeApiProps): void {
    this.api.addRoutes({
      path: '/v1/orgs/{orgId}/notices',
      methods: [apigwv2.HttpMethod.POST],
      integration: new HttpLambdaIntegration('Gateway', gateway),
    });
  }

  /** Logged are who, which route, what answer and how long; never a path with ids, a query or a body. */
  #stage({ logRetentionDays }: NoticeApiProps): apigwv2.HttpStage {
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const field = apigateway.AccessLogField;
    const stage = new apigwv2.HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: THROTTLE.others,
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new apigwv2.LogGroupLogDestination(accessLog),
        format: apigateway.AccessLogFormat.custom(
          JSON.stringify({
            requestId: field.contextRequestId(),
            time: field.contextRequestTime(),
            sourceIp: field.contextIdentitySourceIp(),
            route: '$context.routeKey',
            status: field.contextStatus(),
            bytes: field.contextResponseLength(),
            latencyMs: field.contextResponseLatency(),
            error: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    const { rateLimit, burstLimit } = THROTTLE.notices;
    const settings = {
      ThrottlingRateLimit: rateLimit,
      ThrottlingBurstLimit: burstLimit,
      DetailedMetricsEnabled: true,
    };
    const resource = stage.node.defaultChild as apigwv2.CfnStage;
    resource.routeSettings = { [NOTICE_ROUTE]: settings };
    return stage;
  }

  #domain(
    { domainName, certificateArn }: NoticeApiProps,
    stage: apigwv2.HttpStage,
  ): string | undefined {
    if (domainName === undefined || certificateArn === undefined) return undefined;
    const domain = new apigwv2.DomainName(this, 'Domain', {
      domainName,
      certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: apigwv2.SecurityPolicy.TLS_1_2,
    });
    new apigwv2.ApiMapping(this, 'Mapping', { api: this.api, domainName: domain, stage });
    new CfnOutput(Stack.of(this), 'DomainTarget', {
      description: `Point ${domainName} here (a CNAME or alias record).`,
      value: domain.regionalDomainName,
    });
    return `https://${domainName}`;
  }
}
