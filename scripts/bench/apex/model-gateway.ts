import type { CalloutSender } from '../../../local/org/apex/engine/callout-sender.ts';
import type { Scheduler } from '../../../local/scheduler.ts';

/** From request to answer, milliseconds: a network round trip, a signature checked, a message queued. */
const GATEWAY_ANSWER_MS = 100;

/** One POST as it arrived. */
export interface Post {
  /** Milliseconds since the epoch, on the org's clock. */
  readonly atMs: number;
  /** 18 characters each. */
  readonly ids: readonly string[];
  /** As the package names it; undefined in the naive package's posts. */
  readonly mode: string | undefined;
}

/** A receiver that takes everything after a fixed time, and tells of each post when it arrives. */
export function createModelGateway(
  scheduler: Scheduler,
  onPost: (post: Post) => void,
): CalloutSender {
  return {
    async send({ body }) {
      onPost({ atMs: scheduler.now(), ...readBody(body) });
      await new Promise<void>((resolve) => {
        scheduler.schedule(GATEWAY_ANSWER_MS, 'gateway answers', resolve);
      });
      return { status: 202, statusText: 'Accepted', headers: {}, body: new Uint8Array() };
    },
  };
}

interface Body {
  readonly mode?: string;
  readonly changes?: readonly { readonly ids: readonly string[] }[];
}

/** Both packages put the ids of a change into `changes[].ids`. */
function readBody(bytes: Uint8Array): Omit<Post, 'atMs'> {
  const body = JSON.parse(new TextDecoder().decode(bytes)) as Body;
  return { ids: (body.changes ?? []).flatMap(({ ids }) => ids), mode: body.mode };
}
