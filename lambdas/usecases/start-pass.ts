import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Pass, PassKind } from '#core/pass.ts';
import { joinedPass, newPass, windowStart } from '#core/passes.ts';
import type { Ports } from '#ports/ports.ts';

export type StartPassPorts = Pick<Ports, 'orgs' | 'jobs' | 'bulkQueue' | 'clock' | 'random'>;

export interface StartPassRequest {
  readonly orgId: OrgId;
  readonly kind: PassKind;
  /** One sentence for the operator. */
  readonly reason: string;
  /** Makes the start idempotent: a pass of this id is started once. Default: a new id. */
  readonly id?: string;
  /** Default: every mirrored object. */
  readonly objects?: readonly string[];
  /** Of an audit: only compares objects that are proven. */
  readonly compare?: boolean;
  /** Of an audit: reads no more rows of an object a minute. */
  readonly rowsPerMinute?: number;
  /**
   * Lower bounds by object, Salesforce's clock, ms, with any overlap already taken off. Default: everything for an
   * audit, 10 minutes before the end of the last sweep for a sweep, else 10 minutes before what is proven complete.
   */
  readonly sinceMs?: Readonly<Record<string, number>>;
  /** Before the pass opens its windows; their upper bounds are then that much later. Default: none. */
  readonly delaySeconds?: number;
}

/**
 * `nothing`: none of the objects can take part, because they are not mirrored or still wait for their first audit,
 * which will cover the request.
 */
export type StartPassOutcome =
  | { readonly outcome: 'started' | 'joined'; readonly passId: string }
  | { readonly outcome: 'nothing' };

/**
 * Starts a pass, or joins a gap to one whose windows can still be widened. Starting the same id again only repeats its
 * first message.
 * @throws AppError not-found for an org that is not connected
 */
export async function startPass(
  ports: StartPassPorts,
  request: StartPassRequest,
): Promise<StartPassOutcome> {
  const { orgId, kind, reason, delaySeconds = 0 } = request;
  const org = await ports.orgs.get(orgId);
  if (org === undefined) throw new AppError('not-found', `The org ${orgId} is not connected.`);
  const sinceMs = lowerBounds(org, request);
  if (Object.keys(sinceMs).length === 0) return { outcome: 'nothing' };

  const joined = kind === 'gap' && request.id === undefined && (await join(ports, org, sinceMs));
  if (joined) return { outcome: 'joined', passId: joined };

  const id = request.id ?? ports.random.uuid();
  await ports.jobs.createPass(
    newPass(
      {
        id,
        org,
        kind,
        reason,
        sinceMs,
        compare: request.compare === true,
        ...(request.rowsPerMinute !== undefined && { rowsPerMinute: request.rowsPerMinute }),
      },
      ports.clock.now(),
    ),
  );
  const first = { type: 'pass.advance.v1', orgId, passId: id } as const;
  await ports.bulkQueue.send(orgId, [first], { delaySeconds });
  return { outcome: 'started', passId: id };
}

/** An object that was never audited has no window: nothing is proven yet that a window could join on to. */
function lowerBounds(
  org: OrgState,
  { kind, objects, sinceMs }: StartPassRequest,
): Record<string, number | null> {
  const names = objects ?? Object.keys(org.objects);
  const bounds = names.flatMap((object): [string, number | null][] => {
    const state = Object.hasOwn(org.objects, object) ? org.objects[object] : undefined;
    if (state === undefined) return [];
    if (kind === 'audit') return [[object, null]];
    if (state.completeThroughMs === undefined) return [];
    const asked = sinceMs === undefined ? undefined : sinceMs[object];
    const proven = state.completeThroughMs;
    const from = kind === 'sweep' ? Math.min(state.sweptThroughMs ?? proven, proven) : proven;
    return [[object, asked ?? windowStart(from)]];
  });
  return Object.fromEntries(bounds);
}

/** Many gaps come at once after an outage of the gateway: those whose windows have not been opened yet become one. */
async function join(
  ports: StartPassPorts,
  org: OrgState,
  sinceMs: Readonly<Record<string, number | null>>,
): Promise<Pass['id'] | undefined> {
  const running = await ports.jobs.listPasses(org.orgId, { state: 'running', limit: 20 });
  for (const pass of running) {
    const next = joinedPass(pass, sinceMs);
    if (next !== undefined && (await ports.jobs.updatePass(next)) === 'updated') return pass.id;
  }
  return undefined;
}
