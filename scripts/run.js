// Starts a TypeScript entry point, or says in one sentence that this Node is too old for it.
// `node scripts/run.js scripts/start.ts [arguments]`. Written so that any Node that may meet it can parse it.
const WANTED = 24;
const [target, ...rest] = process.argv.slice(2);

if (Number(process.versions.node.split('.')[0]) < WANTED) {
  console.error(
    'This needs Node ' +
      WANTED +
      ' or newer, but runs on ' +
      process.versions.node +
      '. On Linux, `npm ci` (without --omit=optional) installs Node ' +
      WANTED +
      ' beside the project and every npm script uses it; elsewhere install it from https://nodejs.org.',
  );
  process.exit(1);
}

// What V8 makes of the sources is kept: a second start takes half as long. Child processes inherit the folder.
const { enableCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
const cache = fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url));
process.env.NODE_COMPILE_CACHE ??= cache;
enableCompileCache?.(cache);

const entry = new URL(`../${target}`, import.meta.url);
process.argv = [process.argv[0], entry.pathname, ...rest];
await import(entry.href);
