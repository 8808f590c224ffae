import type { World } from './world.ts';

/** Asks the receiver's API in the background; what came of it counts as reached under `api-` and the name. */
export function callApi(
  world: World,
  name: string,
  method: string,
  path: string,
  body?: unknown,
): void {
  const answered = async () => {
    const { status } = await world.api.ofOrg(method, path, body);
    world.reached(status < 300 ? `api-${name}` : `api-${name}-refused`);
  };
  // The process may die over it; whoever asked would ask again.
  world.background(
    name,
    answered().catch(() => world.reached(`api-${name}-died`)),
  );
}
