import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LoopbackService, listenOnLoopback } from './loopback-service.ts';

interface PublishedNotice {
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
}

export interface Topics extends LoopbackService {
  /** What was published, in order. */
  readonly notices: readonly PublishedNotice[];
}

/** SNS as far as notices need it: `Publish` in the query protocol. */
export async function startTopics(): Promise<Topics> {
  const notices: PublishedNotice[] = [];
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const input = new URLSearchParams(body);
        notices.push({
          topicArn: input.get('TopicArn') ?? '',
          subject: input.get('Subject') ?? '',
          message: input.get('Message') ?? '',
        });
        const result = `<PublishResult><MessageId>${notices.length}</MessageId></PublishResult>`;
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(
          `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishResponse>`,
        );
      },
      () => response.destroy(),
    );
  });
  return { notices, ...(await listenOnLoopback(server)) };
}
