import type { SNSClientConfig } from '@aws-sdk/client-sns';
import { once } from '#core/once.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Telemetry } from '#ports/telemetry.ts';

/** Notices to an SNS topic. They are rare: the client is loaded with the first, not with the function. */
export function openSnsNotifier(
  topicArn: string,
  telemetry: Telemetry,
  client: SNSClientConfig,
): { notifier: Notifier; close(): void } {
  let close = () => {};
  const open = once(async () => {
    const { SNSClient } = await import('@aws-sdk/client-sns');
    const { SnsNotifier } = await import('./sns-notifier.ts');
    const sns = new SNSClient(client);
    close = () => sns.destroy();
    return new SnsNotifier(sns, topicArn, telemetry);
  });
  return {
    notifier: {
      notify: async (orgId, subject, text) => (await open()).notify(orgId, subject, text),
    },
    close: () => close(),
  };
}
