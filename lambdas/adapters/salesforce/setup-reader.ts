import * as z from 'zod/mini';
import type { Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import type { Rest } from './rest.ts';

const MAX_ROWS = 2_000;

const triggers = z.object({
  records: z.array(z.object({ Name: z.string(), Status: z.string() })),
});
const remoteSites = z.object({
  records: z.array(z.object({ EndpointUrl: z.string(), IsActive: z.boolean() })),
});

const count = z.nullable(z.int());
const packages = z.object({
  records: z.array(
    z.object({
      SubscriberPackage: z.object({ Name: z.string(), NamespacePrefix: z.nullable(z.string()) }),
      SubscriberPackageVersion: z.object({
        MajorVersion: count,
        MinorVersion: count,
        PatchVersion: count,
      }),
    }),
  ),
});
const INSTALLED = `SELECT SubscriberPackage.Name, SubscriberPackage.NamespacePrefix, SubscriberPackageVersion.MajorVersion,
  SubscriberPackageVersion.MinorVersion, SubscriberPackageVersion.PatchVersion FROM InstalledSubscriberPackage`;

/** What stands in Setup and no object of the data API shows: by the Tooling API. */
export function createSetupReader(
  rest: Rest,
  base: string,
): Pick<Salesforce, 'setup' | 'installedPackages'> {
  async function ask(soql: string): Promise<unknown> {
    const path = `${base}/tooling/query?q=${encodeURIComponent(`${soql} LIMIT ${MAX_ROWS}`)}`;
    return (await rest.json({ method: 'GET', path, repeatable: true })).value;
  }

  return {
    async setup() {
      const code = await ask('SELECT Name, Status FROM ApexTrigger');
      const sites = await ask('SELECT EndpointUrl, IsActive FROM RemoteProxy');
      return {
        triggers: parsed(triggers, code, 'ApexTrigger').records.map((row) => ({
          name: row.Name,
          active: row.Status === 'Active',
        })),
        remoteSites: parsed(remoteSites, sites, 'RemoteProxy').records.map((row) => ({
          url: row.EndpointUrl,
          active: row.IsActive,
        })),
      };
    },
    async installedPackages() {
      const answer = parsed(packages, await ask(INSTALLED), 'InstalledSubscriberPackage');
      return answer.records.map((row) => {
        const { MajorVersion, MinorVersion, PatchVersion } = row.SubscriberPackageVersion;
        return {
          name: row.SubscriberPackage.Name,
          namespace: row.SubscriberPackage.NamespacePrefix,
          version: [MajorVersion, MinorVersion, PatchVersion].map((part) => part ?? 0).join('.'),
        };
      });
    },
  };
}
