import type { SourceFile } from '../../apex/program.ts';
import { isLabelFile } from '../../schema/source/read-labels.ts';

const LABEL_BLOCK = /[ \t]*<labels>[\s\S]*?<\/labels>\s*?\n?/g;

interface WithoutLabels {
  /** Label files with what is left in them. */
  readonly files: readonly SourceFile[];
  /** Label files that hold nothing any more. */
  readonly removed: readonly string[];
  /** Those of the names that were there. */
  readonly found: ReadonlySet<string>;
}

/** Labels are components each, but lie in files together: takes some of them out. */
export function withoutLabels(
  names: readonly string[],
  files: readonly SourceFile[],
): WithoutLabels {
  const going = new Set(names);
  const found = new Set<string>();
  const edited = files
    .filter(({ path }) => isLabelFile(path))
    .flatMap(({ path, text }) => {
      const left = text.replace(LABEL_BLOCK, (block) => {
        const name = /<fullName>\s*(\w+)\s*<\/fullName>/.exec(block)?.[1] ?? '';
        if (!going.has(name)) return block;
        found.add(name);
        return '';
      });
      return left === text ? [] : [{ path, text: left }];
    });
  const isEmpty = ({ text }: SourceFile) => !text.includes('<labels>');
  return {
    files: edited.filter((file) => !isEmpty(file)),
    removed: edited.filter(isEmpty).map(({ path }) => path),
    found,
  };
}
