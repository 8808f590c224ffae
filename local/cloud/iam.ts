import type { JsonMap, Resource } from './template.ts';

interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** One action of one statement of a role: what a test takes away. */
export interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** An action on a resource that a request needs. */
interface Need {
  readonly action: string;
  readonly resource: string;
}

/** What a publisher to an encrypted topic needs of the topic's key. */
const KEY_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'];

/**
 * The identity policies of a template's roles. Only what they need is understood: Allow, actions, resources with
 * wildcards; a Deny or a Condition is an error, for ignoring one would make the answer wrong.
 */
export class Iam {
  readonly #statements: ReadonlyMap<string, readonly Statement[]>;
  readonly #taken: Grant[] = [];
  readonly #used = new Set<string>();
  /** ARNs of keys by the ARN of the topic that they encrypt. */
  readonly #topicKeys: ReadonlyMap<string, string>;

  constructor(resources: readonly Resource[]) {
    this.#topicKeys = new Map(
      resources.flatMap(({ type, properties, physical }) => {
        const key = properties['KmsMasterKeyId'];
        return type === 'AWS::SNS::Topic' && key !== undefined ? [[physical.ref, String(key)]] : [];
      }),
    );
    const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role');
    this.#statements = new Map(
      roles.map(({ id, properties }) => [id, statementsOf(id, properties)]),
    );
  }

  /** Whether the role may; what it used is remembered. */
  allows(role: string, action: string, resource: string): boolean {
    const granted = (this.#statements.get(role) ?? []).flatMap((statement) =>
      this.#matching(role, statement, action, resource),
    );
    for (const grant of granted) this.#used.add(keyOf(grant));
    return granted.length > 0;
  }

  /** All that a request asks of its caller: the action itself, and what the service does with the caller's rights. */
  needs(action: string, resource: string): readonly Need[] {
    const key = action === 'sns:Publish' ? this.#topicKeys.get(resource) : undefined;
    const ofKey =
      key === undefined ? [] : KEY_ACTIONS.map((name) => ({ action: name, resource: key }));
    return [{ action, resource }, ...ofKey];
  }

  /** Every action of every statement. */
  grants(): readonly Grant[] {
    return [...this.#statements].flatMap(([role, statements]) =>
      statements.flatMap(({ actions, resources }) =>
        actions.flatMap((action) => resources.map((resource) => ({ role, action, resource }))),
      ),
    );
  }

  /** Grants that were needed since the last call. */
  takeUsed(): readonly Grant[] {
    const used = this.grants().filter((grant) => this.#used.has(keyOf(grant)));
    this.#used.clear();
    return used;
  }

  /** Takes a grant away, until it is given back. @returns how to give it back */
  take(grant: Grant): () => void {
    this.#taken.push(grant);
    return () => {
      this.#taken.splice(this.#taken.indexOf(grant), 1);
    };
  }

  #matching(
    role: string,
    statement: Statement,
    action: string,
    resource: string,
  ): readonly Grant[] {
    if (!statement.actions.includes(action)) return [];
    return statement.resources
      .filter((pattern) => matches(pattern, resource))
      .map((pattern) => ({ role, action, resource: pattern }))
      .filter((grant) => !this.#taken.some((taken) => keyOf(taken) === keyOf(grant)));
  }
}

const keyOf = ({ role, action, resource }: Grant) => `${role} ${action} ${resource}`;

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`).test(resource);
}

function statementsOf(role: string, properties: JsonMap): readonly Statement[] {
  const policies = (properties['Policies'] ?? []) as readonly JsonMap[];
  return policies.flatMap((policy) => {
    const document = policy['PolicyDocument'] as JsonMap;
    return (document['Statement'] as readonly JsonMap[]).map((raw) => statementOf(role, raw));
  });
}

function statementOf(role: string, raw: JsonMap): Statement {
  const unknown = Object.keys(raw).filter(
    (key) => !['Sid', 'Effect', 'Action', 'Resource'].includes(key),
  );
  if (raw['Effect'] !== 'Allow' || unknown.length > 0) {
    throw new Error(
      `The role ${role} has a statement this does not understand: ${unknown.join(', ')}.`,
    );
  }
  const list = (value: unknown) => (Array.isArray(value) ? value : [value]).map(String);
  return { actions: list(raw['Action']), resources: list(raw['Resource']) };
}
