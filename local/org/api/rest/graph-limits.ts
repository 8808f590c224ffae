import { OrgError } from '../../errors.ts';

const MOST_NODES = 500;
const MOST_KINDS = 15;
const DEEPEST = 15;

/** A part of a graph, as far as its limits go. */
interface GraphNode {
  readonly method: string;
  readonly url: string;
  readonly referenceId: string;
  readonly body?: unknown;
}

/**
 * What the composite graph resource takes: 500 nodes in all its graphs, in each 15 kinds of nodes (a method on an object)
 * and chains of references up to 15 long.
 * @throws OrgError LIMIT_EXCEEDED
 */
export function requireSmallGraphs(graphs: readonly (readonly GraphNode[])[]): void {
  const nodes = graphs.reduce((sum, graph) => sum + graph.length, 0);
  if (nodes > MOST_NODES) throw exceeded(`${nodes} nodes; a request has at most ${MOST_NODES}`);
  for (const graph of graphs) {
    const kinds = new Set(graph.map(kindOf)).size;
    if (kinds > MOST_KINDS) {
      throw exceeded(`${kinds} kinds of nodes; a graph has at most ${MOST_KINDS}`);
    }
    if (depthOf(graph) > DEEPEST) throw exceeded(`references deeper than ${DEEPEST}`);
  }
}

function exceeded(what: string): OrgError {
  return new OrgError('LIMIT_EXCEEDED', `The composite graph exceeds a limit: ${what}.`);
}

function kindOf({ method, url }: GraphNode): string {
  return `${method} ${/\/sobjects\/(\w+)/i.exec(url)?.[1]?.toLowerCase() ?? url.split('?')[0]}`;
}

/** Parts can refer only to parts before them, so one pass finds the longest chain. */
function depthOf(graph: readonly GraphNode[]): number {
  const depths = new Map<string, number>();
  for (const { url, body, referenceId } of graph) {
    const text = `${url} ${JSON.stringify(body ?? null)}`;
    const parents = [...text.matchAll(/@\{(\w+)/g)].map(([, name = '']) => depths.get(name) ?? 0);
    depths.set(referenceId, 1 + Math.max(0, ...parents));
  }
  return Math.max(0, ...depths.values());
}
