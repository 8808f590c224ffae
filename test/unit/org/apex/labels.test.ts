import { expect, it } from 'vitest';
import { problemsIn, run } from '../../../support/org/apex-snippet.ts';

const LABELS = `<?xml version="1.0" encoding="UTF-8"?>
<CustomLabels xmlns="http://soap.sforce.com/2006/04/metadata">
    <labels>
        <fullName>Greeting</fullName>
        <language>en_US</language>
        <protected>false</protected>
        <shortDescription>Greeting</shortDescription>
        <value>Hello &quot;{0}&quot; \\ &amp; é</value>
    </labels>
</CustomLabels>`;
const FILE = 'labels/CustomLabels.labels-meta.xml';

it('gives a label its text, with or without the namespace, in any case', () => {
  const files = { [FILE]: LABELS };
  expect(run('return Label.Greeting;', { files })).toBe('Hello "{0}" \\ & é');
  expect(
    run("return String.format(system.label.GREETING, new List<Object>{ 'you' });", { files }),
  ).toBe('Hello "you" \\ & é');
});

it('refuses a label that is not there, and a file that is none', () => {
  const probe = { 'classes/Probe.cls': 'public class Probe { String s = Label.Missing; }' };
  const messages = (files: Readonly<Record<string, string>>) =>
    problemsIn(files).map(
      ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
    );
  expect(messages({ ...probe, [FILE]: LABELS })).toEqual([
    'classes/Probe.cls:1:39 External string does not exist: Missing',
  ]);
  expect(
    messages({
      [FILE]: LABELS.replace('<value>', '<value/><other>').replace('</value>', '</other>'),
    }),
  ).toEqual([`${FILE}:1:1 unknown element <other> in <labels>`]);
});
