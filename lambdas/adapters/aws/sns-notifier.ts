import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { failureReason } from '#core/failure-reason.ts';
import type { OrgId } from '#core/ids.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Telemetry } from '#ports/telemetry.ts';
import { awsError } from './aws-error.ts';

/** SNS takes subjects of up to 100 characters, without line breaks. */
const SUBJECT_MAX_LENGTH = 100;

/** Notices to an SNS topic: whoever wants them by e-mail subscribes to it. */
export class SnsNotifier implements Notifier {
  readonly #client: SNSClient;
  readonly #topicArn: string;
  readonly #telemetry: Telemetry;

  constructor(client: SNSClient, topicArn: string, telemetry: Telemetry) {
    this.#client = client;
    this.#topicArn = topicArn;
    this.#telemetry = telemetry;
  }

  async notify(orgId: OrgId, subject: string, text: string): Promise<void> {
    const Subject = subject.replaceAll(/\s+/g, ' ').slice(0, SUBJECT_MAX_LENGTH);
    const input = { TopicArn: this.#topicArn, Subject, Message: text };
    try {
      await this.#client.send(new PublishCommand(input));
      this.#telemetry.info('AdminNotified', { orgId, subject });
    } catch (cause) {
      const reason = failureReason(awsError('SNS Publish', cause));
      this.#telemetry.error('AdminNotNotified', { orgId, subject, text, reason });
    }
  }
}
