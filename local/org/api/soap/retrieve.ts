import { OrgError } from '../../errors.ts';
import type { ApiCall, Session } from '../api-call.ts';
import type { Retrieve } from '../metadata/retrieves.ts';
import { isElement, listOf, type SoapElement, textOf, xmlElement } from './envelope.ts';

/** `retrieve`: carried out at once, told as queued; the archive comes with `checkRetrieveStatus`. */
export function startRetrieve(call: ApiCall, input: SoapElement): string {
  // The WSDL's name, and the one that jsforce and the Salesforce CLI send.
  const given = input['retrieveRequest'] ?? input['request'];
  const request = isElement(given) ? given : {};
  const manifest = request['unpackaged'];
  if (!isElement(manifest) || listOf(request['packageNames']).length > 0) {
    throw new OrgError('INVALID_INPUT', 'This org retrieves what an <unpackaged> manifest names.');
  }
  const { id } = call.org.retrieves.start({
    types: listOf(manifest['types']).filter(isElement).map(readType),
    version: textOf(manifest['version']) ?? textOf(request['apiVersion']) ?? LATEST,
    singlePackage: textOf(request['singlePackage']) === 'true',
  });
  return (
    `<result>${xmlElement('done', 'false')}${xmlElement('id', id)}` +
    `${xmlElement('state', 'Queued')}</result>`
  );
}

const LATEST = '66.0';

function readType(element: SoapElement): { name: string; members: string[] } {
  const name = textOf(element['name']);
  if (name === undefined) throw new OrgError('INVALID_INPUT', '<types> lacks its <name>.');
  return { name, members: listOf(element['members']).map(String) };
}

/** `checkRetrieveStatus`; the archive is left out where `includeZip` is false. */
export function checkRetrieve(call: ApiCall, input: SoapElement, { userId }: Session): string {
  const includeZip = textOf(input['includeZip']) !== 'false';
  const retrieve = call.org.retrieves.find(textOf(input['asyncProcessId']) ?? '', includeZip);
  const at = new Date(call.org.deployedAtMs()).toISOString();
  return (
    `<result>${xmlElement('done', 'true')}${propertiesXml(retrieve, userId, at)}` +
    `${xmlElement('id', retrieve.id)}${messagesXml(retrieve)}${xmlElement('status', 'Succeeded')}` +
    `${xmlElement('success', 'true')}` +
    `${retrieve.zipFile === null ? '' : xmlElement('zipFile', retrieve.zipFile)}</result>`
  );
}

function propertiesXml({ components }: Retrieve, userId: string, at: string): string {
  return components
    .map(
      ({ componentType, fullName, fileName }) =>
        `<fileProperties>${xmlElement('createdById', userId)}${xmlElement('createdDate', at)}` +
        `${xmlElement('fileName', fileName)}${xmlElement('fullName', fullName)}` +
        `${xmlElement('lastModifiedById', userId)}${xmlElement('lastModifiedDate', at)}` +
        `${xmlElement('manageableState', 'unmanaged')}${xmlElement('type', componentType)}` +
        '</fileProperties>',
    )
    .join('');
}

function messagesXml({ problems }: Retrieve): string {
  return problems
    .map(
      (problem) =>
        `<messages>${xmlElement('fileName', 'unpackaged/package.xml')}` +
        `${xmlElement('problem', problem)}</messages>`,
    )
    .join('');
}
