import { plainAddress } from '#core/activities/exclusions.ts';
import { choosePerson, type Person } from '#core/activities/match-person.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { MirrorRecord } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';

/** Looks up the records of addresses in the mirror, each address once. Costs no call to Salesforce. */
export function createPeopleFinder(ports: Pick<Ports, 'mirror'>, orgId: OrgId) {
  const found = new Map<string, Promise<readonly MirrorRecord[]>>();

  function recordsOf(address: string): Promise<readonly MirrorRecord[]> {
    const key = address.toLowerCase();
    const known = found.get(key);
    if (known !== undefined) return known;
    const looking = lookUp(key);
    found.set(key, looking);
    return looking;
  }

  /** The address as it is; where that has no contact and no lead, without its plus-tag. */
  async function lookUp(address: string): Promise<readonly MirrorRecord[]> {
    const exact = await ports.mirror.findByEmail(orgId, address);
    const plain = plainAddress(address);
    if (plain === address || exact.some(isPerson)) return exact;
    return ports.mirror.findByEmail(orgId, plain);
  }

  return {
    /** Answers for all of the addresses; look-ups of one address share an answer. */
    async findAll(
      addresses: readonly string[],
      userId: RecordId,
    ): Promise<(address: string) => Person | undefined> {
      const people = new Map<string, Person | undefined>();
      for (const address of addresses) {
        people.set(address, choosePerson(await recordsOf(address), userId));
      }
      return (address) => people.get(address);
    },
  };
}

function isPerson({ object, fields }: MirrorRecord): boolean {
  return object === 'Contact' || (object === 'Lead' && fields['IsConverted'] !== true);
}
