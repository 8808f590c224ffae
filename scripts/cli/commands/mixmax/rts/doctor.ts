import process from 'node:process';
import { StandardColors } from '@salesforce/sf-plugins-core';
import { examine } from '../../../doctor/examine.ts';
import { type Finding, LEVELS, type Level, worstOf } from '../../../doctor/finding.ts';
import { RtsCommand, receiverFlags } from '../../../rts-command.ts';

export interface Examination {
  readonly worst: Level;
  readonly findings: readonly Finding[];
}

/** Codes of their own: 1 and 2 say that the command itself failed. */
const EXIT_CODES: Readonly<Record<Level, number>> = { green: 0, yellow: 10, red: 20 };
const { success, warning, error } = StandardColors;
const COLORS: Readonly<Record<Level, (text: string) => string>> = {
  green: success,
  yellow: warning,
  red: error,
};

export class Doctor extends RtsCommand<Examination> {
  static override readonly summary =
    'Look for everything that can be wrong with a sync, each with its fix.';
  static override readonly description =
    `Looks from both ends: at what the receiver tells, and at what the org itself shows to the user that sf is signed in as.
The exit code says the worst: 0 green, 10 yellow, 20 red.`;
  static override readonly examples = [
    '<%= config.bin %> <%= command.id %> --target-org my-org',
    {
      description: 'In a script: fail when anything is red',
      command: '<%= config.bin %> <%= command.id %> --target-org my-org --json; [ $? -lt 20 ]',
    },
  ];
  static override readonly flags = receiverFlags;

  async run(): Promise<Examination> {
    const { flags } = await this.parse(Doctor);
    const receiver = await this.receiverOf(flags);
    const found = await examine(flags['target-org'], receiver);
    const findings = found.toSorted((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level));
    for (const { check, level, found: seen, fix } of findings) {
      this.log(`${COLORS[level](level.padEnd(6))} ${check}: ${seen}`);
      if (fix !== undefined) this.log(`       To do: ${fix}`);
    }
    const worst = worstOf(findings);
    process.exitCode = EXIT_CODES[worst];
    return { worst, findings };
  }
}
