import { XMLParser } from 'fast-xml-parser';
import { OrgError } from '../../errors.ts';
import { type ApiResult, utf8 } from '../http.ts';

/** SOAP 1.1 as far as the partner and metadata APIs need it. */

export interface SoapRequest {
  /** Local name of the first element in the body: `merge`, `undelete`. */
  readonly operation: string;
  readonly input: SoapElement;
  readonly sessionId: string | undefined;
  /** What else stands in the header. */
  readonly header: SoapElement;
}

/**
 * Elements by local name; a repeated element is a list. Attributes are `@name`; the text of an element that has some is
 * `#text`.
 */
export interface SoapElement {
  readonly [name: string]: SoapValue | undefined;
}
export type SoapValue = string | SoapElement | readonly (string | SoapElement)[];

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  trimValues: true,
});

/** @throws OrgError when the text is no SOAP envelope */
export function parseEnvelope(text: string): SoapRequest {
  // Document types can define entities that expand without end; SOAP forbids them anyway.
  if (/<!DOCTYPE/i.test(text)) throw malformed('a document type is not allowed');
  const envelope = child(parseXml(text), 'Envelope');
  const header = child(envelope, 'Header');
  const body = child(envelope, 'Body');
  const [operation, value] =
    Object.entries(body ?? {}).find(([name]) => !name.startsWith('@')) ?? [];
  if (operation === undefined) throw malformed('the body is empty');
  return {
    operation,
    input: isElement(value) ? value : {},
    sessionId: textOf(child(header, 'SessionHeader')?.['sessionId']),
    header: header ?? {},
  };
}

function parseXml(text: string): SoapElement {
  try {
    const parsed: unknown = parser.parse(text, true);
    if (isElement(parsed)) return parsed;
  } catch {
    // Falls through: what is no XML is no envelope.
  }
  throw malformed('the body is not XML');
}

function malformed(reason: string): OrgError {
  return new OrgError('UNKNOWN_EXCEPTION', `The SOAP request is malformed: ${reason}`);
}

function child(element: SoapElement | undefined, name: string): SoapElement | undefined {
  const value = element?.[name];
  return isElement(value) ? value : undefined;
}

export function isElement(value: unknown): value is SoapElement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: SoapValue | undefined): string | undefined {
  if (isElement(value)) return textOf(value['#text']);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One element, several or none, as a list. */
export function listOf(value: SoapValue | undefined): readonly (string | SoapElement)[] {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? (value as readonly (string | SoapElement)[]) : [value as string];
}

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** @param body and header finished XML */
export function soapResult(
  status: number,
  namespace: string,
  body: string,
  header = '',
): ApiResult {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<soapenv:Envelope xmlns:soapenv="${ENVELOPE}" xmlns="${namespace}" xmlns:xsi="${XSI}">` +
    (header === '' ? '' : `<soapenv:Header>${header}</soapenv:Header>`) +
    `<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body: utf8(text) };
}

export function soapFault(namespace: string, code: string, message: string): ApiResult {
  const fault =
    `<soapenv:Fault><faultcode xmlns:sf="urn:fault.partner.soap.sforce.com">sf:${escapeXml(code)}` +
    `</faultcode><faultstring>${escapeXml(`${code}: ${message}`)}</faultstring></soapenv:Fault>`;
  return soapResult(500, namespace, fault);
}

/** `<name>text</name>`, escaped. */
export function xmlElement(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** The same, or the element that says there is nothing. */
export function nilElement(name: string, text: string | null): string {
  return text === null ? `<${name} xsi:nil="true"/>` : xmlElement(name, text);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
