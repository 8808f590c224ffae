import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Flags, StandardColors } from '@salesforce/sf-plugins-core';
import { span, when } from '../../../reader-time.ts';
import type { Status } from '../../../receiver.ts';
import { RtsCommand, receiverFlags } from '../../../rts-command.ts';

const EVERY_MS = 2_000;

export class ShowStatus extends RtsCommand<Status> {
  static override readonly summary =
    "Show the state of an org's sync, why it is so, and what to do.";
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --target-org my-org',
    {
      description: 'Show it anew every two seconds',
      command: '<%= config.bin %> <%= command.id %> --target-org my-org --watch',
    },
  ];
  static override readonly flags = {
    ...receiverFlags,
    watch: Flags.boolean({
      summary:
        'Show it anew every two seconds, until Ctrl-C. With --json one line of JSON each time.',
      char: 'w',
    }),
  };

  async run(): Promise<Status> {
    const { flags } = await this.parse(ShowStatus);
    const receiver = await this.receiverOf(flags);
    let status = await receiver.status();
    this.#show(status);
    while (flags.watch) {
      await sleep(EVERY_MS);
      status = await receiver.status();
      if (this.jsonEnabled()) process.stdout.write(`${JSON.stringify(status)}\n`);
      else if (process.stdout.isTTY) process.stdout.write('\u001b[2J\u001b[H');
      this.#show(status);
    }
    return status;
  }

  #show(status: Status): void {
    const { orgName, orgId, state, since, now, cause, fix, deadLetters, objects } = status;
    this.styledHeader(`${orgName} (${orgId})`);
    this.log(`${COLORS[state](state)} for ${span(since, now)}. ${cause}`);
    for (const line of status.evidence) this.log(`  ${line}`);
    if (fix !== undefined) this.log(`To do: ${fix}`);
    if (deadLetters > 0)
      this.log(`Given-up messages: ${deadLetters} (mixmax rts dead-letters list)`);
    if (objects.length === 0) return;
    this.table({
      data: objects.map((row) => ({
        object: row.object,
        rows: row.rows,
        inOrg: row.counted?.org ?? '',
        hidden: row.hidden,
        complete: when(row.completeThrough),
        live: when(row.liveThrough),
        behind: row.completeThrough === undefined ? '' : span(row.completeThrough, now),
      })),
      columns: [
        { key: 'object', name: 'Object' },
        { key: 'rows', name: 'In the mirror' },
        { key: 'inOrg', name: 'In the org, last counted' },
        { key: 'hidden', name: 'Hidden' },
        { key: 'complete', name: 'Proven complete through' },
        { key: 'live', name: 'Live through' },
        { key: 'behind', name: 'Proof is behind by' },
      ],
    });
  }
}

const { success, warning, error, info } = StandardColors;

const COLORS: Readonly<Record<Status['state'], (text: string) => string>> = {
  'not-installed': warning,
  'setting-up': info,
  auditing: info,
  active: success,
  quiet: warning,
  interval: warning,
  closing: info,
  paused: warning,
  disabled: info,
  removed: info,
  error,
};
