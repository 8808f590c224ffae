import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { deployPackage, packageDeployment } from '#usecases/deploy-package.ts';
import { readPackageSource } from '../package-source.ts';
import { orgRoute, type Route } from '../route.ts';

const PATH = '/v1/orgs/{orgId}/package';

export const packageSchema = z.object({
  version: z.optional(
    z.string().check(z.describe('Of the package in the org, as its notices tell it')),
  ),
  installUrl: z.optional(
    z
      .string()
      .check(z.describe('Where an administrator installs the configured version, in the org')),
  ),
  deployable: z
    .boolean()
    .check(z.describe('No version is configured, and the source is here to be deployed instead')),
});

const counted = z.object({ done: z.int(), total: z.int() });
const deploymentSchema = z.object({
  id: z.string().check(z.describe('Of the deployment in the org, `0Af…`')),
  state: z.enum(['running', 'done', 'failed']),
  components: counted,
  tests: counted,
  problems: z.array(z.string().check(z.describe("In the org's words"))),
});

export const lastDeploymentSchema = z.object({ deployment: z.union([deploymentSchema, z.null()]) });

const getPackage = orgRoute({
  method: 'GET',
  path: PATH,
  operationId: 'getPackage',
  summary: 'The package in the org, and how it gets there',
  answers: { 200: { description: 'As far as it is known', schema: packageSchema } },
  handle: async ({ org, settings: { packageVersionId, packageDir } }) => {
    const { instanceUrl, packageVersion } = org;
    const body = {
      ...(packageVersion !== undefined && { version: packageVersion }),
      ...(packageVersionId !== undefined && {
        installUrl: `${instanceUrl}/packaging/installPackage.apexp?p0=${packageVersionId}`,
      }),
      deployable: packageVersionId === undefined && packageDir !== undefined,
    };
    return { status: 200, body };
  },
});

const deploy = orgRoute({
  method: 'POST',
  path: `${PATH}/deployments`,
  operationId: 'deployPackage',
  summary: "Begins to deploy the package's source as the Sync User, where no version is configured",
  answers: {
    202: {
      description: 'Under way; a package that has arrived is found within 30 seconds',
      schema: z.object({
        id: z.string(),
        tests: z.int().check(z.describe('Apex tests that run first; a production org wants them')),
      }),
    },
  },
  refusals: [409, 502, 503],
  handle: async ({ ports, org, settings: { packageVersionId, packageDir } }) => {
    if (packageVersionId !== undefined || packageDir === undefined) {
      const why =
        packageDir === undefined
          ? 'This receiver does not carry the source of the package: use `npm run package -- deploy`.'
          : 'A version of the package is configured here: install that one.';
      throw new AppError('conflict', why);
    }
    const source = await readPackageSource(packageDir);
    return { status: 202, body: await deployPackage(ports, org, source) };
  },
});

const getDeployment = orgRoute({
  method: 'GET',
  path: `${PATH}/deployment`,
  operationId: 'getPackageDeployment',
  summary: 'How far the last deployment from here has come; null before the first',
  answers: { 200: { description: 'As the org tells it', schema: lastDeploymentSchema } },
  refusals: [502, 503],
  handle: async ({ ports, org }) => {
    const last = await packageDeployment(ports, org);
    const deployment = last === undefined ? null : { ...last, problems: [...last.problems] };
    return { status: 200, body: { deployment } };
  },
});

export const packageRoutes: readonly Route[] = [getPackage, deploy, getDeployment];
