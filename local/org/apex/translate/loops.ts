import type { Expression, ForEachStatement, ForStatement, WhileStatement } from '../syntax/ast.ts';
import { type ApexType, ERROR, isPlatform } from '../types/apex-type.ts';
import { supertypesOf } from '../types/conversions.ts';
import type { Body } from './body.ts';
import { type Code, joined, type Step } from './code.ts';
import { checkedCast, converts } from './conversion.ts';
import type { Translator } from './translator.ts';
import { typed, type Value } from './value.ts';

/** At every turn of a loop: CPU time is looked at now and then. */
const TURN = 'if (--$.fuel < 0) $.refuel(); ';

export function whileStatement(t: Translator, loop: WhileStatement): Step {
  const condition = t.condition(loop.condition);
  const { result: body, breaks } = t.body.inLoop(() => t.nested(loop.body));
  const turn: Code = ['{ ', TURN, body.code, '} '];
  const code: Code = loop.conditionLast
    ? ['do ', turn, 'while (', condition, '); ']
    : ['while (', condition, ') ', turn];
  const forever = isTrue(loop.condition) && !breaks;
  return { code, ends: forever || (loop.conditionLast && body.ends && !breaks) };
}

export function forStatement(t: Translator, loop: ForStatement): Step {
  return t.body.scoped(() => {
    const start = [
      ...(loop.local === undefined ? [] : [t.localDeclaration(loop.local)]),
      ...loop.initializers.map((expression) => t.effect(expression)),
    ];
    const condition = loop.condition === undefined ? 'true' : t.condition(loop.condition);
    const updates = loop.updates.map((update): Code => t.value(update).code);
    const { result: body, breaks } = t.body.inLoop(() => t.nested(loop.body));
    const head: Code = ['for (; ', condition, '; ', joined(updates, ', '), ') '];
    const forever = (loop.condition === undefined || isTrue(loop.condition)) && !breaks;
    return { code: ['{ ', start, head, '{ ', TURN, body.code, '} } '], ends: forever };
  });
}

export function forEachStatement(t: Translator, loop: ForEachStatement): Step {
  const type = t.resolveType(loop.type);
  const source = t.value(loop.source);
  return t.body.scoped(() => {
    const rows = t.body.scratch();
    const item = t.body.declare(loop.name, type, loop.at);
    const taken = `${item.jsName}$`;
    const element = elementCode(t, source, type, taken, loop);
    const { result: body } = t.body.inLoop(() => t.nested(loop.body));
    const elements = elementsCode(source, type, rows);
    const code: Code = [
      `${rows} = $.enterLoop(`,
      source.loopCode ?? source.code,
      `); try { for (const ${taken} of ${elements}) { ${TURN}let ${item.jsName} = `,
      element,
      '; ',
      body.code,
      `} } finally { ${rows}.leaveLoop(); ${rows} = null; } `,
    ];
    return { code, ends: false };
  });
}

/** What nobody but the loop holds is let go as the loop goes on. */
function elementsCode(source: Value, type: ApexType, rows: string): string {
  const isStreamed = source.loopCode !== undefined;
  if (isChunked(source, type)) {
    return isStreamed ? `$.takenChunks(${rows}, 200)` : `$o.chunks(${rows}, 200)`;
  }
  return isStreamed ? `$.taken(${rows})` : `$o.elements(${rows})`;
}

/** What the loop variable gets at each turn. */
function elementCode(
  t: Translator,
  source: Value,
  type: ApexType,
  taken: string,
  loop: ForEachStatement,
): Code {
  if (isChunked(source, type)) {
    return taken;
  }
  const element = iteratedType(t.body, source.type);
  if (element === undefined) {
    const message = `Loop must iterate over a collection type: ${source.type.name}`;
    t.body.problem(loop.source.at, message);
    return taken;
  }
  const value = typed(element, taken);
  const mayCast = element.kind === 'sobject' && type.kind === 'sobject';
  if (mayCast && !converts(t.body, value, type) && element.schema === undefined) {
    return checkedCast(value, type).code;
  }
  return t.convert(value, type, loop.at).code;
}

/** `for (List<Account> chunk : [SELECT …])` */
function isChunked(source: Value, type: ApexType): boolean {
  return source.isQuery === true && isPlatform(type, 'List') && isPlatform(source.type, 'List');
}

function iteratedType(body: Body, type: ApexType): ApexType | undefined {
  if (type.kind === 'error') {
    return ERROR;
  }
  const views = [type, ...supertypesOf(body.unit.resolver.types, type)];
  const iterable = views.find((view) => isPlatform(view, 'List', 'Set', 'Iterable'));
  return iterable?.kind === 'platform' ? iterable.args[0] : undefined;
}

function isTrue(node: Expression): boolean {
  return node.kind === 'literal' && node.text === 'true';
}
