import {
  CodeAnalyzer,
  CodeAnalyzerConfig,
  EventType,
  LogLevel,
} from '@salesforce/code-analyzer-core';
import { createEnginePlugin } from '@salesforce/code-analyzer-pmd-engine';
import { exemptions, ruleGroups, rulesLeftOut, singleRules } from './pmd-rules.ts';

export interface Violation {
  readonly rule: string;
  /** File name without folders. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Exemption {
  readonly rule: string;
  /** File names without folders. */
  readonly files: readonly string[];
  readonly reason: string;
}

/** Runs the chosen PMD rules over the Apex below a folder, in a Java process. */
export async function pmdFaults(folder: string): Promise<string[]> {
  const failures: string[] = [];
  const analyzer = new CodeAnalyzer(CodeAnalyzerConfig.fromObject({}));
  analyzer.onEvent(EventType.EngineLogEvent, (event) => {
    const isError = event.type === EventType.EngineLogEvent && event.logLevel === LogLevel.Error;
    if (isError) failures.push(event.message);
  });
  await analyzer.addEnginePlugin(createEnginePlugin());
  const workspace = await analyzer.createWorkspace([folder]);
  const selectors = [...ruleGroups, ...singleRules].map((name) => `pmd:${name}`);
  const rules = await analyzer.selectRules(selectors, { workspace });
  const known = new Set(rules.getRulesFor('pmd').map((rule) => rule.getName()));
  const missing = [...singleRules, ...rulesLeftOut.keys()].filter((name) => !known.has(name));
  const results = await analyzer.run(rules, { workspace });
  const violations = results.getViolations().map((violation) => ({
    rule: violation.getRule().getName(),
    file:
      violation
        .getPrimaryLocation()
        .getFile()
        ?.replace(/^.*[\\/]/, '') ?? '',
    line: violation.getPrimaryLocation().getStartLine() ?? 0,
    message: violation.getMessage(),
  }));
  return [
    ...failures,
    ...missing.map((name) => `PMD has no rule ${name}`),
    ...unexplained(violations, rulesLeftOut, exemptions),
  ];
}

/** Violations that nothing excuses, and excuses that excuse nothing any more. */
export function unexplained(
  violations: readonly Violation[],
  leftOut: ReadonlyMap<string, string>,
  excuses: readonly Exemption[],
): string[] {
  const judged = violations.filter((violation) => !leftOut.has(violation.rule));
  const excused = (rule: string, file: string) =>
    excuses.some((excuse) => excuse.rule === rule && excuse.files.includes(file));
  const faults = judged
    .filter(({ rule, file }) => !excused(rule, file))
    .map(({ rule, file, line, message }) => `${file}:${line}: ${rule}: ${message}`);
  const stale = excuses.flatMap(({ rule, files }) =>
    files
      .filter((file) => !judged.some((found) => found.rule === rule && found.file === file))
      .map((file) => `${file} does not need its exemption from ${rule} any more`),
  );
  return [...faults, ...stale];
}
