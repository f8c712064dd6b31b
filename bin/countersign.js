#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old to read the rest can say so.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import('./countersign.ts');
} else {
  console.error(
    `Countersign needs Node 22.18 or newer to run, and this is ${process.version}. ` +
      'On Linux and Windows npm brings one along: run `npm ci` without --omit=optional, then ' +
      '`npm start` or `npx countersign`. On other systems install Node 24 from nodejs.org.',
  );
  process.exit(1);
}
