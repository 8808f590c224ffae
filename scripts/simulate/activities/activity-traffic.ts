import type { HttpTransport } from '#ports/http-transport.ts';
import type { World } from '../world.ts';
import { ActivityJournal } from './activity-journal.ts';
import { RowWatch } from './row-watch.ts';
import { Sender } from './sender.ts';
import { SenderBook } from './sender-book.ts';
import type { Told } from './told.ts';

/** The half of a simulated world that is about activities: who tells them, and who looks on. */
export class ActivityTraffic {
  readonly book = new SenderBook();
  readonly sender: Sender;
  readonly journal: ActivityJournal;
  readonly rows: RowWatch;
  /** What users' calendars hold, by the calendar's id of an event, whether or not the receiver was told. */
  readonly calendar = new Map<string, Told>();
  /** Records of ours that somebody deleted. */
  readonly tidied = new Set<string>();
  /** A validation rule keeps all Tasks out now. */
  refusing = false;

  constructor(world: World) {
    const { scheduler, reached } = world;
    this.journal = new ActivityJournal(world.receiver.database);
    this.sender = new Sender({ api: () => world.api, scheduler, book: this.book, reached });
    this.rows = new RowWatch({
      org: () => world.org,
      journal: () => this.journal,
      hidden: () => world.sight.hidden,
      reached,
    });
  }

  watching(network: HttpTransport): HttpTransport {
    return this.rows.watching(network);
  }
}
