import { RtsCommand, receiverFlags } from '../../../../rts-command.ts';

type Refreshed = Record<string, { added: string[]; removed: string[] }>;

export class RefreshFields extends RtsCommand<Refreshed> {
  static override readonly summary = 'Look now which fields the org has, as every midnight.';
  static override readonly description =
    'New fields are mirrored, with the values that records had before; fields that are gone, or that the Sync User may no longer read, are retired.';
  static override readonly examples = ['<%= config.bin %> <%= command.id %> --target-org my-org'];
  static override readonly flags = receiverFlags;

  async run(): Promise<Refreshed> {
    const { flags } = await this.parse(RefreshFields);
    const { objects } = await (await this.receiverOf(flags)).refreshFields();
    const data = Object.entries(objects).flatMap(([object, { added, removed }]) => [
      ...added.map((field) => ({ object, field, change: 'added' })),
      ...removed.map((field) => ({ object, field, change: 'retired' })),
    ]);
    if (data.length === 0) this.log('Nothing has changed.');
    else {
      const columns = ['object', 'field', 'change'] as const;
      this.table({ data, columns: [...columns] });
    }
    return objects;
  }
}
