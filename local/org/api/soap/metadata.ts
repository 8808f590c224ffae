import type { SourceFile } from '../../apex/program.ts';
import { DeployError } from '../../deploy-error.ts';
import { OrgError } from '../../errors.ts';
import type { ApiCall, Session } from '../api-call.ts';
import type { ApiResult } from '../http.ts';
import { innerXml } from '../metadata/archive-of-source.ts';
import {
  COMPONENT_TYPES,
  componentFile,
  requireFullName,
  requireType,
} from '../metadata/component-types.ts';
import { componentName, deployResultJson } from '../metadata/deploy-json.ts';
import { archiveContent } from '../metadata/metadata-format.ts';
import { orgSource } from '../metadata/org-source.ts';
import { createdByName, deployOptions } from '../metadata/rest-deploy.ts';
import { readZip } from '../metadata/zip-reader.ts';
import { requireMetadataAccess } from '../org-as.ts';
import {
  isElement,
  listOf,
  type SoapElement,
  type SoapRequest,
  textOf,
  xmlElement,
} from './envelope.ts';
import { checkRetrieve, startRetrieve } from './retrieve.ts';
import { answerSoap, unknownOperation } from './soap-service.ts';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';
const MOST_COMPONENTS = 10;

/** `POST /services/Soap/m/{version}[/{orgId}]`: the Metadata API. */
export function postMetadataSoap(call: ApiCall): Promise<ApiResult> {
  return answerSoap(call, NAMESPACE, runOperation);
}

function runOperation(call: ApiCall, request: SoapRequest, session: Session): readonly string[] {
  requireMetadataAccess(call.org, session.userId);
  const { operation, input } = request;
  switch (operation) {
    case 'createMetadata':
    case 'updateMetadata':
    case 'upsertMetadata':
      return components(input).map((element) => writeComponent(call, operation, element));
    case 'readMetadata':
      return [readComponents(call, input)];
    case 'listMetadata':
      return listOf(input['queries']).flatMap((query) => listComponents(call, query));
    case 'describeMetadata':
      return [describeTypes()];
    case 'deploy':
      return [startDeploy(call, input, session)];
    case 'retrieve':
      return [startRetrieve(call, input)];
    case 'checkRetrieveStatus':
      return [checkRetrieve(call, input, session)];
    case 'checkDeployStatus':
      return [checkDeploy(call, textOf(input['asyncProcessId']) ?? '')];
    default:
      throw unknownOperation(operation);
  }
}

function components(input: SoapElement): readonly SoapElement[] {
  const elements = listOf(input['metadata']).filter(isElement);
  if (elements.length > MOST_COMPONENTS) {
    throw new OrgError('LIMIT_EXCEEDED', `At most ${MOST_COMPONENTS} components a call.`);
  }
  return elements;
}

/** Each component is deployed by itself; one that fails does not undo the others. */
function writeComponent(call: ApiCall, operation: string, element: SoapElement): string {
  const type = requireType(textOf(element['@type'])?.replace(/^.*:/, ''));
  const file = componentFile(type, element);
  const fullName = requireFullName(textOf(element['fullName']));
  const exists = call.org.deployer.files.some(({ path }) => path === file.path);
  const head = xmlElement('fullName', fullName);
  const failed = (message: string): string =>
    `<result>${upserted(operation, false)}<errors>${xmlElement('message', message)}` +
    `${xmlElement('statusCode', 'INVALID_CROSS_REFERENCE_KEY')}</errors>${head}` +
    `${xmlElement('success', 'false')}</result>`;
  if (operation === 'createMetadata' && exists) return failed(`${fullName} exists already`);
  if (operation === 'updateMetadata' && !exists) return failed(`${fullName} does not exist`);
  try {
    call.org.deployer.deploy({ files: [file], removed: [] }, { checkOnly: false });
    return `<result>${upserted(operation, !exists)}${head}${xmlElement('success', 'true')}</result>`;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    return failed(error.problems.map(({ message }) => message).join('; '));
  }
}

function upserted(operation: string, created: boolean): string {
  return operation === 'upsertMetadata' ? xmlElement('created', String(created)) : '';
}

/** What is not there comes back as an empty record. */
function readComponents(call: ApiCall, input: SoapElement): string {
  const type = requireType(textOf(input['type']));
  const records = listOf(input['fullNames']).map((name) => {
    const fullName = requireFullName(typeof name === 'string' ? name : undefined);
    const path = type.path(fullName);
    const file = sourceOf(call).find((one) => one.path === path);
    if (file === undefined) return `<records xsi:nil="true"/>`;
    const body = innerXml(file.text).replace(/<fullName>[^<]*<\/fullName>/, '');
    return `<records xsi:type="${type.name}">${xmlElement('fullName', fullName)}${body}</records>`;
  });
  return `<result>${records.join('')}</result>`;
}

function sourceOf({ org }: ApiCall): readonly SourceFile[] {
  return orgSource(org.deployer, org.schema);
}

function listComponents(call: ApiCall, query: string | SoapElement): readonly string[] {
  const wanted = isElement(query) ? textOf(query['type']) : undefined;
  return sourceOf(call)
    .filter(({ path }) => !/\.(cls|trigger)-meta\.xml$/.test(path))
    .map(({ path }) => componentName(path))
    .filter(({ componentType }) => componentType === wanted)
    .map(
      ({ componentType, fullName, fileName }) =>
        `<result>${xmlElement('fileName', fileName)}${xmlElement('fullName', fullName)}` +
        `${xmlElement('type', componentType)}</result>`,
    );
}

function describeTypes(): string {
  const objects = [...COMPONENT_TYPES.values()].map(
    ({ name, describedAs = name, folder, suffix }) =>
      `<metadataObjects>${xmlElement('directoryName', folder)}${xmlElement('inFolder', 'false')}` +
      `${xmlElement('metaFile', 'false')}${xmlElement('suffix', suffix)}` +
      `${xmlElement('xmlName', describedAs)}</metadataObjects>`,
  );
  return (
    `<result>${objects.join('')}<organizationNamespace></organizationNamespace>` +
    `${xmlElement('partialSaveAllowed', 'false')}${xmlElement('testRequired', 'false')}</result>`
  );
}

function startDeploy(call: ApiCall, input: SoapElement, session: Session): string {
  const archive = Buffer.from(textOf(input['ZipFile']) ?? '', 'base64');
  const given = isElement(input['DeployOptions']) ? input['DeployOptions'] : {};
  const options = deployOptions.safeParse({
    checkOnly: textOf(given['checkOnly']) === 'true',
    testLevel: textOf(given['testLevel']),
    runTests: listOf(given['runTests']),
  });
  if (!options.success) throw new OrgError('INVALID_INPUT', 'The deploy options are not valid.');
  const content = archiveContent(readZip(archive));
  const deploy = call.org.deploys.start({ ...content, ...options.data, userId: session.userId });
  return (
    `<result>${xmlElement('done', 'false')}${xmlElement('id', deploy.id)}` +
    `${xmlElement('state', 'Queued')}</result>`
  );
}

function checkDeploy(call: ApiCall, id: string): string {
  const deploy = call.org.deploys.find(id);
  return valueXml('result', deployResultJson(deploy, createdByName(call, deploy)));
}

/** JSON as elements: a list is the element repeated, null is left out. */
function valueXml(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => valueXml(name, item)).join('');
  if (typeof value !== 'object') return xmlElement(name, String(value));
  const inner = Object.entries(value).map(([key, item]) => valueXml(key, item));
  return `<${name}>${inner.join('')}</${name}>`;
}
