import { join } from 'node:path';
import { bundlePlugin } from './build/bundle-plugin.ts';
import { projectRoot } from './project-root.ts';

/** `npm run build:plugin`: the plugin of the Salesforce CLI, into `dist/sf-plugin`. */
const folder = join(projectRoot, 'dist/sf-plugin');
await bundlePlugin(folder);
console.log(`Built. Put it into your CLI with: sf plugins link ${folder}`);
