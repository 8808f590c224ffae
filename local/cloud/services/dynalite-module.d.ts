declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An in-memory DynamoDB without transactions; `createTableMs`: how long tables are CREATING. */
  function dynalite(options: { readonly createTableMs?: number }): Server;
  export = dynalite;
}
