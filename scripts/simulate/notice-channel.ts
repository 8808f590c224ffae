import type { CalloutSender } from '../../local/org/apex/engine/callout-sender.ts';
import type { Random } from '../../local/seeded-random.ts';
import { httpEvent } from './http-event.ts';
import type { SimulatedReceiver } from './receiver.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

/** What happens to notices between the org and the gateway, beyond what the org's own callout faults do. */
export type ChannelFault =
  /** Taken by something in between, which delivers it later: notices overtake each other. */
  | { readonly kind: 'held'; readonly delayMs: number }
  /** Delivered, and delivered once more later. */
  | { readonly kind: 'doubled'; readonly delayMs: number }
  /** Delivered, but Apex hears nothing of it. */
  | { readonly kind: 'answer-lost' }
  /** A byte of the body is changed on the way. */
  | { readonly kind: 'corrupted' };

type Callout = Parameters<CalloutSender['send']>[0];
type Answer = Awaited<ReturnType<CalloutSender['send']>>;

const QUICKEST_MS = 5;
const SPREAD_MS = 400;

/** The network from Apex to the exported gateway chain. */
export class NoticeChannel implements CalloutSender {
  readonly #receiver: () => SimulatedReceiver;
  readonly #scheduler: SimulationScheduler;
  readonly #random: Random;
  readonly #reached: (what: string) => void;
  #armed: ChannelFault[] = [];
  /** Notices that something in between still holds. */
  held = 0;
  /** When a notice of changes last reached the gateway, ms. */
  lastChangesMs = 0;
  /** When the gateway last took a ping, ms. */
  lastPingMs = 0;

  constructor(
    receiver: () => SimulatedReceiver,
    scheduler: SimulationScheduler,
    random: Random,
    reached: (what: string) => void,
  ) {
    this.#receiver = receiver;
    this.#scheduler = scheduler;
    this.#random = random;
    this.#reached = reached;
  }

  /** Applies to one of the next notices each. */
  arm(...faults: readonly ChannelFault[]): void {
    this.#armed.push(...faults);
  }

  disarm(): void {
    this.#armed = [];
  }

  async send(request: Callout): Promise<Answer> {
    for (const what of told(request.body)) this.#reached(what);
    const fault = this.#armed.shift();
    if (fault !== undefined) this.#reached(`channel-${fault.kind}`);
    await this.#travel();
    switch (fault?.kind) {
      case undefined:
        return await this.#deliver(request);
      case 'held':
        this.#deliverLater(request, fault.delayMs);
        return EMPTY_202;
      case 'doubled':
        this.#deliverLater(request, fault.delayMs);
        return await this.#deliver(request);
      case 'answer-lost':
        await this.#deliver(request);
        throw new Error('Read timed out');
      case 'corrupted':
        return await this.#deliver({ ...request, body: corrupted(request.body) });
    }
  }

  #deliverLater(request: Callout, delayMs: number): void {
    this.held += 1;
    this.#scheduler.schedule(delayMs, 'notice that was held', async () => {
      this.held -= 1;
      // Nobody waits for the answer any more.
      await this.#deliver(request).catch(() => undefined);
    });
  }

  async #deliver({ method, url, headers, body }: Callout): Promise<Answer> {
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const text = Buffer.from(body).toString('utf8');
    if (text.includes('"salesforce.changes"')) this.lastChangesMs = this.#scheduler.now();
    const event = httpEvent(method, new URL(url).pathname, Object.fromEntries(lowerCase), text);
    const {
      statusCode = 500,
      headers: answered = {},
      body: answer = '',
    } = await this.#receiver().request('gateway', event);
    if (statusCode === 202 && text.includes('"salesforce.ping"')) {
      this.lastPingMs = this.#scheduler.now();
    }
    await this.#travel();
    const named = Object.entries(answered).map(([name, value]) => [name, String(value)]);
    return {
      status: statusCode,
      statusText: '',
      headers: Object.fromEntries(named),
      body: Buffer.from(answer),
    };
  }

  #travel(): Promise<void> {
    return this.#scheduler.pause(QUICKEST_MS + this.#random.integer(SPREAD_MS), 'notice travels');
  }
}

const EMPTY_202: Answer = { status: 202, statusText: '', headers: {}, body: new Uint8Array() };

/** What kind of notice the package sends, for the histogram. */
function told(body: Uint8Array): readonly string[] {
  const notice = JSON.parse(Buffer.from(body).toString('utf8')) as {
    readonly type: string;
    readonly mode?: string;
    readonly gap?: { readonly reason: string };
    readonly changes: readonly { readonly op: string; readonly records?: unknown }[];
  };
  const { type, mode, gap, changes } = notice;
  return [
    type,
    ...(mode === undefined ? [] : [`package-${mode}`]),
    ...(gap === undefined ? [] : [`gap-${gap.reason}`]),
    ...changes.map(({ op }) => `told-${op}`),
    ...(changes.some(({ records }) => records !== undefined) ? ['told-values'] : []),
  ];
}

function corrupted(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body);
  const place = bytes.length >> 1;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
}
