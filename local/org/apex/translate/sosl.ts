import { OrgError } from '../../errors.ts';
import { parseSosl, type Returning } from '../../search/parse-sosl.ts';
import type { SoslExpression } from '../syntax/ast.ts';
import type { Body } from './body.ts';
import { type Code, joined, text } from './code.ts';
import type { Translator } from './translator.ts';
import { typed, type Value } from './value.ts';

/** `[FIND …]`: a list of records for each object that it returns. */
export function soslValue(t: Translator, node: SoslExpression): Value {
  const { body } = t;
  const { types } = body.unit.resolver;
  const term = t.convert(t.value(node.term), types.get('String'), node.term.at);
  const binds = node.binds.map((bind, index): Code => {
    return [`[${text(`b${index}`)}, `, t.value(bind).code, ']'];
  });
  body.method.accessesData = true;
  const fault = faultOf(body, node.text);
  if (fault !== undefined) {
    body.problem(node.at, fault);
  }
  const code: Code = [
    '$.search(',
    text(node.text),
    ', ',
    term.code,
    ', [',
    joined(binds, ', '),
    '])',
  ];
  return typed(types.list(types.list(types.sobject(undefined))), code, true);
}

/** What is wrong with a search, apart from its term, which is known only when it runs. */
function faultOf(body: Body, clauses: string): string | undefined {
  try {
    const { returning } = parseSosl(`FIND {term} ${clauses}`);
    const faults = returning.map((item) => body.unit.checkSoql(queryOf(item)));
    return faults.find((fault) => fault !== undefined);
  } catch (error) {
    if (error instanceof OrgError) {
      return error.message;
    }
    throw error;
  }
}

function queryOf({ object, fields, where, tail }: Returning): string {
  const filter = where === '' ? '' : ` WHERE ${where}`;
  return `SELECT ${fields === '' ? 'Id' : fields} FROM ${object}${filter} ${tail}`;
}
