import { AppError } from '#core/errors.ts';

/** In the place of a port: every method says what is missing. */
export function missing<Port extends object>(variables: string): Port {
  const refuse = (): never => {
    throw new AppError('internal', `This function is configured without ${variables}.`);
  };
  return new Proxy({} as Port, {
    // Whoever awaits the port itself asks for `then`.
    get: (_, name) => (name === 'then' ? undefined : refuse),
  });
}
