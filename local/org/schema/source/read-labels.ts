import { parseMetadata, SourceProblem } from './element.ts';

/** Custom labels by lower-case name. */
export type Labels = ReadonlyMap<string, string>;

const LABEL_PARTS: ReadonlySet<string> = new Set([
  'categories',
  'fullName',
  'language',
  'protected',
  'shortDescription',
  'value',
]);

export function isLabelFile(path: string): boolean {
  return path.endsWith('.labels-meta.xml');
}

/**
 * The texts of a labels file, in the language of the org: translations are not read.
 * @throws SourceProblem
 */
export function readLabels(text: string): Labels {
  const root = parseMetadata(text, 'CustomLabels');
  root.allow(new Set(['labels']));
  const labels = new Map<string, string>();
  for (const label of root.children('labels')) {
    label.allow(LABEL_PARTS);
    const name = label.require('fullName').toLowerCase();
    if (labels.has(name)) throw new SourceProblem(`the label ${name} is given more than once`);
    labels.set(name, label.require('value'));
  }
  return labels;
}
