import { XMLValidator } from 'fast-xml-parser';
import {
  apexMetaRule,
  applicationRule,
  labelsRule,
  layoutRule,
  permissionSetRule,
  remoteSiteRule,
  subscriberRule,
  tabRule,
  testSuiteRule,
} from './component-rules.ts';
import { fieldRule, listViewRule, objectRule } from './object-rules.ts';
import { apexCode, elements, metadataOf, type PackageFile, text } from './package-source.ts';
import { type ComponentRule, type SourcePackage, sourcePackage } from './source-package.ts';

const RULES: Readonly<Record<string, ComponentRule>> = {
  app: applicationRule,
  cls: apexMetaRule,
  field: fieldRule,
  labels: labelsRule,
  layout: layoutRule,
  listView: listViewRule,
  object: objectRule,
  permissionset: permissionSetRule,
  platformEventSubscriberConfig: subscriberRule,
  remoteSite: remoteSiteRule,
  tab: tabRule,
  testSuite: testSuiteRule,
  trigger: apexMetaRule,
};

/**
 * What would make Salesforce refuse a deployment, as far as files show it: one line for each fault, with
 * its file. Not told: what depends on the target org (its API version, coverage in production).
 * @param apiVersion the project's `sourceApiVersion`, which every class and trigger must name
 */
export function deployFaults(files: readonly PackageFile[], apiVersion: string): string[] {
  const metadata = files.filter((file) => file.path.endsWith('-meta.xml'));
  const broken = metadata.flatMap(xmlFaults);
  if (metadata.length === 0) return ['there is no metadata'];
  if (broken.length > 0) return broken;
  const source = sourcePackage(files);
  return [
    ...metadata.flatMap((file) =>
      componentFaults(file, source).map((fault) => `${file.path}: ${fault}`),
    ),
    ...apexFaults(source, apiVersion),
    ...labelFaults(source),
  ];
}

function xmlFaults(file: PackageFile): string[] {
  const valid = XMLValidator.validate(file.text);
  if (valid !== true) return [`${file.path}:${valid.err.line}: ${valid.err.msg}`];
  return /^(?:<\?xml[^>]*\?>)?\s*<!--/.test(file.text)
    ? [`${file.path}: a comment before the root element breaks the conversion`]
    : [];
}

function componentFaults(file: PackageFile, source: SourcePackage): readonly string[] {
  const type = /\.([A-Za-z]+)-meta\.xml$/.exec(file.path)?.[1] ?? '';
  const rule = RULES[type];
  if (rule === undefined) return [`metadata type "${type}" has no rules yet`];
  return rule({ file, root: metadataOf(file) }, source);
}

function apexFaults(source: SourcePackage, apiVersion: string): string[] {
  return source.files
    .filter((file) => /\.(cls|trigger)$/.test(file.path))
    .flatMap((file) => {
      const meta = source.files.find((other) => other.path === `${file.path}-meta.xml`);
      if (meta === undefined) return [`${file.path}: its -meta.xml is missing`];
      const version = text(metadataOf(meta), 'apiVersion');
      return version === apiVersion
        ? []
        : [`${meta.path}: API version ${version} is not the project's ${apiVersion}`];
    });
}

/** A label in Apex, and no method of a variable that is called `label`. */
const LABEL_USE = /(?:\bSystem\.Label|(?<![.\w])Label)\.(\w+)\b(?!\s*\()/g;

function labelFaults(source: SourcePackage): string[] {
  const holders = source.files.filter((file) => file.path.endsWith('.labels-meta.xml'));
  const labels = new Set(
    holders
      .flatMap((file) => elements(metadataOf(file), 'labels'))
      .map((label) => text(label, 'fullName')?.toLowerCase()),
  );
  const uses = source.files
    .filter((file) => /\.(cls|trigger)$/.test(file.path))
    .flatMap((file) =>
      [...apexCode(file).matchAll(LABEL_USE)]
        .filter(([, name = '']) => !labels.has(name.toLowerCase()))
        .map(([use]) => `${file.path}: ${use} is not in the package`),
    );
  return [...(holders.length > 1 ? ['there is more than one file of labels'] : []), ...uses];
}
