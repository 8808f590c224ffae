import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import { OrgSchema } from '../schema/org-schema.ts';
import { queryProblem } from '../soql/query-problem.ts';
import { createSoqlEngine } from '../soql/soql-engine.ts';
import { createRecordStore } from '../store/sqlite-record-store.ts';
import type { CompileJob, CompileOutcome } from './compile-apart.ts';
import { compileApex } from './compile-apex.ts';
import { KeptTrees } from './kept-trees.ts';
import { programImage } from './program-image.ts';

/** The compiler in a process of its own: reads a job from one file, writes its outcome to another. */
const [jobFile = '', outcomeFile = ''] = process.argv.slice(2);
const job = deserialize(readFileSync(jobFile)) as CompileJob;
writeFileSync(outcomeFile, serialize(compile(job)));

function compile({ sources, objects, trees }: CompileJob): CompileOutcome {
  const schema = new OrgSchema(objects);
  const store = createRecordStore({
    path: ':memory:',
    schema,
    seed: { orgId: '00D000000000001EAA', nowMs: 0 },
  });
  const soql = createSoqlEngine({ schema, database: store.database });
  const kept = trees && new KeptTrees(trees.file, trees.version);
  const { program, problems } = compileApex(sources, schema, {
    checkSoql: queryProblem(soql),
    ...(kept && { parse: kept.parse }),
  });
  if (program === undefined) return { problems, image: undefined };
  kept?.save();
  return { problems, image: programImage(program) };
}
