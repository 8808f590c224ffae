import type { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { platformType } from '../definition.ts';
import { fail, given, type Text } from '../language/arguments.ts';

/** A search at run time: its term stands in braces, or in quotes as in Apex itself. */
function query(realm: Realm, _self: null, text: Text): ApexList {
  const [, braced, quoted, clauses] =
    /^\s*FIND\s*(?:\{((?:[^{}\\]|\\[\s\S])*)\}|'((?:[^'\\]|\\[\s\S])*)')([\s\S]*)$/i.exec(
      given(text),
    ) ?? [];
  const term = braced ?? quoted;
  return term === undefined || clauses === undefined
    ? fail('SearchException', 'A search begins with FIND {term}')
    : realm.search(clauses, term, new Map());
}

export const searchType = platformType({
  name: 'Search',
  members: { 'static List<List<SObject>> query(String query)': query },
});
