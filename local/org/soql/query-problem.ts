import { OrgError } from '../errors.ts';
import type { SoqlEngine } from './soql.ts';

/** What the compiler asks of a static query: what is wrong with it in the org's own words, or undefined. */
export function queryProblem(engine: SoqlEngine): (soql: string) => string | undefined {
  return (soql) => {
    try {
      engine.plan(soql);
      return undefined;
    } catch (error) {
      if (error instanceof OrgError) return error.message;
      throw error;
    }
  };
}
