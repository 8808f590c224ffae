import { ADMIN_RESOURCES } from './admin.ts';
import { getAuthorizePage, postAuthorizeChoice } from './auth/authorize.ts';
import { getIdentity, getUserInfo } from './auth/identity.ts';
import { introspectToken, postToken, revokeToken } from './auth/token-endpoint.ts';
import { BULK_ONE_RESOURCE } from './bulk/bulk-one.ts';
import * as ingest from './bulk/ingest-routes.ts';
import * as queryJobs from './bulk/query-routes.ts';
import { getDeployRequest, postDeployRequest } from './metadata/rest-deploy.ts';
import { PACKAGING_RESOURCES } from './packaging/package-routes.ts';
import { callApexRest } from './rest/apex-rest.ts';
import * as collections from './rest/collections.ts';
import { postBatch, postComposite, postGraphs } from './rest/composite.ts';
import { describeGlobal, describeObject } from './rest/describe.ts';
import { PRESENTATION_RESOURCES } from './rest/presentation-resources.ts';
import { getQuery, getQueryAll, getQueryPage } from './rest/query.ts';
import { getLimits, getRecent } from './rest/recent.ts';
import { getRecordCount } from './rest/record-count.ts';
import { getDeleted, getUpdated } from './rest/replication.ts';
import * as search from './rest/search.ts';
import * as rows from './rest/sobject-rows.ts';
import { postTree } from './rest/tree.ts';
import { listBelow, listResources, listVersions } from './rest/versions.ts';
import type { Resource } from './router.ts';
import { postApexSoap } from './soap/apex.ts';
import { postMetadataSoap } from './soap/metadata.ts';
import { postPartnerSoap } from './soap/partner.ts';
import { getExecuteAnonymous } from './tooling/anonymous-routes.ts';
import { postTestsAsync, postTestsSync } from './tooling/test-routes.ts';
import { describeToolingGlobal, describeToolingObject } from './tooling/tooling-describe.ts';
import { getToolingQuery } from './tooling/tooling-query.ts';

const DATA = '/services/data/:version';
const ROWS = `${DATA}/sobjects/:object`;

const AUTH_RESOURCES: readonly Resource[] = [
  {
    pattern: '/services/oauth2/token',
    methods: { POST: postToken },
    authenticated: false,
  },
  {
    pattern: '/services/oauth2/authorize',
    methods: { GET: getAuthorizePage, POST: postAuthorizeChoice },
    authenticated: false,
  },
  {
    pattern: '/services/oauth2/revoke',
    methods: { GET: revokeToken, POST: revokeToken },
    authenticated: false,
  },
  {
    pattern: '/services/oauth2/introspect',
    methods: { POST: introspectToken },
    authenticated: false,
  },
  {
    pattern: '/services/oauth2/userinfo',
    methods: { GET: getUserInfo, POST: getUserInfo },
    counted: false,
  },
  { pattern: '/id/:orgId/:userId', methods: { GET: getIdentity }, counted: false },
];

const APEX_REST_RESOURCE: Resource = {
  pattern: '/services/apexrest/*path',
  methods: {
    GET: callApexRest,
    POST: callApexRest,
    PUT: callApexRest,
    PATCH: callApexRest,
    DELETE: callApexRest,
  },
};

const REST_RESOURCES: readonly Resource[] = [
  APEX_REST_RESOURCE,
  { pattern: '/services/data', methods: { GET: listVersions }, authenticated: false },
  { pattern: DATA, methods: { GET: listResources } },
  { pattern: `${DATA}/limits`, methods: { GET: getLimits } },
  { pattern: `${DATA}/limits/recordCount`, methods: { GET: getRecordCount } },
  { pattern: `${DATA}/recent`, methods: { GET: getRecent } },
  { pattern: `${DATA}/query`, methods: { GET: getQuery } },
  { pattern: `${DATA}/queryAll`, methods: { GET: getQueryAll } },
  { pattern: `${DATA}/query/:locator`, methods: { GET: getQueryPage } },
  { pattern: `${DATA}/queryAll/:locator`, methods: { GET: getQueryPage } },
  { pattern: `${DATA}/search`, methods: { GET: search.getSearch } },
  {
    pattern: `${DATA}/parameterizedSearch`,
    methods: { GET: search.getParameterizedSearch, POST: search.postParameterizedSearch },
  },
  { pattern: `${DATA}/sobjects`, methods: { GET: describeGlobal } },
  { pattern: ROWS, methods: { GET: rows.getObject, POST: rows.createRecord } },
  { pattern: `${ROWS}/describe`, methods: { GET: describeObject } },
  { pattern: `${ROWS}/updated`, methods: { GET: getUpdated } },
  { pattern: `${ROWS}/deleted`, methods: { GET: getDeleted } },
  { pattern: `${ROWS}/Id`, methods: { POST: rows.upsertByNoId } },
  {
    pattern: `${ROWS}/:id`,
    methods: { GET: rows.getRecord, PATCH: rows.updateRecord, DELETE: rows.deleteRecord },
  },
  {
    pattern: `${ROWS}/:field/:value`,
    methods: {
      GET: rows.getRecordByKey,
      PATCH: rows.upsertRecord,
      DELETE: rows.deleteRecordByKey,
    },
  },
  {
    pattern: `${DATA}/composite`,
    since: 38,
    methods: {
      GET: listBelow('composite', ['tree', 'batch', 'sobjects', 'graph']),
      POST: postComposite,
    },
  },
  { pattern: `${DATA}/composite/batch`, methods: { POST: postBatch }, since: 34 },
  { pattern: `${DATA}/composite/graph`, methods: { POST: postGraphs }, since: 50 },
  { pattern: `${DATA}/composite/tree/:object`, methods: { POST: postTree }, since: 34 },
  {
    pattern: `${DATA}/composite/sobjects`,
    since: 42,
    methods: {
      POST: collections.createCollection,
      PATCH: collections.updateCollection,
      DELETE: collections.deleteCollection,
    },
  },
  {
    pattern: `${DATA}/composite/sobjects/:object`,
    since: 42,
    methods: { GET: collections.getCollection, POST: collections.postRetrieve },
  },
  {
    pattern: `${DATA}/composite/sobjects/:object/:field`,
    since: 42,
    methods: { PATCH: collections.upsertCollection },
  },
];

const TOOLING_RESOURCES: readonly Resource[] = [
  {
    pattern: `${DATA}/tooling`,
    methods: {
      GET: listBelow('tooling', [
        'query',
        'sobjects',
        'executeAnonymous',
        'runTestsAsynchronous',
        'runTestsSynchronous',
      ]),
    },
  },
  { pattern: `${DATA}/tooling/query`, methods: { GET: getToolingQuery } },
  { pattern: `${DATA}/tooling/sobjects`, methods: { GET: describeToolingGlobal } },
  {
    pattern: `${DATA}/tooling/sobjects/:object/describe`,
    methods: { GET: describeToolingObject },
  },
  { pattern: `${DATA}/tooling/query/:locator`, methods: { GET: getQueryPage } },
  { pattern: `${DATA}/tooling/executeAnonymous`, methods: { GET: getExecuteAnonymous } },
  { pattern: `${DATA}/tooling/runTestsAsynchronous`, methods: { POST: postTestsAsync } },
  { pattern: `${DATA}/tooling/runTestsSynchronous`, methods: { POST: postTestsSync } },
];

const METADATA_RESOURCES: readonly Resource[] = [
  { pattern: `${DATA}/metadata/deployRequest`, methods: { POST: postDeployRequest } },
  { pattern: `${DATA}/metadata/deployRequest/:deployId`, methods: { GET: getDeployRequest } },
];

const QUERY_JOB = `${DATA}/jobs/query/:jobId`;
const INGEST_JOB = `${DATA}/jobs/ingest/:jobId`;

const QUERY_JOBS_SINCE = 47;
const RESULT_PAGES_SINCE = 58;
const INGEST_JOBS_SINCE = 41;

const QUERY_JOB_RESOURCES: readonly Resource[] = [
  {
    pattern: `${DATA}/jobs/query`,
    since: QUERY_JOBS_SINCE,
    methods: { GET: queryJobs.listQueryJobs, POST: queryJobs.createQueryJob },
  },
  {
    pattern: QUERY_JOB,
    since: QUERY_JOBS_SINCE,
    methods: {
      GET: queryJobs.getQueryJob,
      PATCH: queryJobs.patchQueryJob,
      DELETE: queryJobs.deleteQueryJob,
    },
  },
  {
    pattern: `${QUERY_JOB}/results`,
    since: QUERY_JOBS_SINCE,
    methods: { GET: queryJobs.getQueryResults },
  },
  {
    pattern: `${QUERY_JOB}/resultPages`,
    since: RESULT_PAGES_SINCE,
    methods: { GET: queryJobs.getResultPages },
  },
];

const INGEST_JOB_RESOURCES: readonly Resource[] = [
  {
    pattern: `${DATA}/jobs/ingest`,
    methods: { GET: ingest.listIngestJobs, POST: ingest.createIngestJob },
  },
  {
    pattern: INGEST_JOB,
    methods: {
      GET: ingest.getIngestJob,
      PATCH: ingest.patchIngestJob,
      DELETE: ingest.deleteIngestJob,
    },
  },
  { pattern: `${INGEST_JOB}/batches`, methods: { PUT: ingest.uploadBatch } },
  { pattern: `${INGEST_JOB}/successfulResults`, methods: { GET: ingest.getSuccessfulResults } },
  { pattern: `${INGEST_JOB}/failedResults`, methods: { GET: ingest.getFailedResults } },
  { pattern: `${INGEST_JOB}/unprocessedrecords`, methods: { GET: ingest.getUnprocessedRecords } },
];

/** The session travels in the envelope. */
const SOAP_RESOURCES: readonly Resource[] = Object.entries({
  u: postPartnerSoap,
  m: postMetadataSoap,
  s: postApexSoap,
}).flatMap(([api, handler]) =>
  ['', '/:orgId'].map((end) => ({
    pattern: `/services/Soap/${api}/:apiVersion${end}`,
    methods: { POST: handler },
    authenticated: false,
  })),
);

/** Everything the org answers. */
export const RESOURCES: readonly Resource[] = [
  ...AUTH_RESOURCES,
  ...REST_RESOURCES,
  ...PRESENTATION_RESOURCES,
  ...QUERY_JOB_RESOURCES,
  ...INGEST_JOB_RESOURCES.map((resource) => ({ ...resource, since: INGEST_JOBS_SINCE })),
  BULK_ONE_RESOURCE,
  ...TOOLING_RESOURCES,
  ...METADATA_RESOURCES,
  ...SOAP_RESOURCES,
  ...PACKAGING_RESOURCES,
  ...ADMIN_RESOURCES,
];
