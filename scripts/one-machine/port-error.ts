import { UserError } from './user-error.ts';

/** What went wrong with listening, as one sentence with the way out; other errors stay as they are. */
export function portError(error: unknown, port: number, variable: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new UserError(
      `Port ${port} is in use. Stop what listens there, or choose another with ${variable}=… in the environment.`,
    );
  }
  if (code === 'EACCES') {
    return new UserError(
      `Port ${port} may not be used here. Choose one above 1023 with ${variable}=….`,
    );
  }
  return error;
}
