import type { Position } from '../syntax/ast.ts';
import type { ApexType } from '../types/apex-type.ts';
import { implicitConversion } from '../types/conversions.ts';
import type { Body } from './body.ts';
import type { Code } from './code.ts';
import { converted, converts } from './conversion.ts';
import type { Value } from './value.ts';

export interface Candidate<M> {
  readonly member: M;
  readonly parameters: readonly ApexType[];
}

/** Further away than any type relation: a query that gives its one row. */
const SINGLE_ROW_DISTANCE = 1000;

/**
 * The overload a call means: of those whose parameters take the arguments, the one nearest to their static types.
 * Reports and answers undefined when there is none or when two are equally near.
 */
export function chooseOverload<M>(
  body: Body,
  candidates: readonly Candidate<M>[],
  args: readonly Value[],
  name: string,
  at: Position,
): Candidate<M> | undefined {
  if (args.some((arg) => arg.type.kind === 'error')) {
    return undefined;
  }
  if (args.some((arg) => arg.type.kind === 'void')) {
    body.problem(at, 'A method that returns nothing cannot be used as an argument');
    return undefined;
  }
  const fitting = candidates.filter((candidate) => takes(body, candidate, args));
  const best = fitting.filter((candidate) =>
    fitting.every((other) => other === candidate || isNearer(body, candidate, other, args)),
  );
  const [chosen] = best;
  if (chosen !== undefined) {
    return chosen;
  }
  const call = `${name}(${args.map((arg) => arg.type.name).join(', ')})`;
  body.problem(
    at,
    fitting.length > 1
      ? `Method is ambiguous: ${call}`
      : `Method does not exist or incorrect signature: ${call}`,
  );
  return undefined;
}

/** The arguments as the chosen parameters want them. */
export function argumentCodes(
  body: Body,
  args: readonly Value[],
  parameters: readonly ApexType[],
  at: Position,
): Code[] {
  return args.map((arg, index) => {
    const parameter = parameters[index];
    return parameter === undefined ? arg.code : converted(body, arg, parameter, at).code;
  });
}

function takes<M>(body: Body, candidate: Candidate<M>, args: readonly Value[]): boolean {
  return (
    candidate.parameters.length === args.length &&
    candidate.parameters.every((parameter, index) => {
      const arg = args[index];
      return arg !== undefined && converts(body, arg, parameter);
    })
  );
}

function isNearer<M>(
  body: Body,
  candidate: Candidate<M>,
  other: Candidate<M>,
  args: readonly Value[],
): boolean {
  const here = distances(body, candidate, args);
  const there = distances(body, other, args);
  return (
    here.every((distance, index) => distance <= (there[index] ?? 0)) &&
    here.some((distance, index) => distance < (there[index] ?? 0))
  );
}

function distances<M>(body: Body, candidate: Candidate<M>, args: readonly Value[]): number[] {
  const { types } = body.unit.resolver;
  return args.map((arg, index) => {
    const parameter = candidate.parameters[index];
    const fit =
      parameter === undefined ? undefined : implicitConversion(types, arg.type, parameter);
    return fit?.distance ?? SINGLE_ROW_DISTANCE;
  });
}
