import { readEnvironment } from '#bin/environment';
import { homeOf } from '#bin/home';
import { issuerKeys } from './issuer/keys.ts';
import { startIssuer } from './issuer/server.ts';
import { readSecrets } from './secrets.ts';

// The issuer's process, started by `countersign start` in sandbox mode.

const environment = readEnvironment();
const home = homeOf(environment.COUNTERSIGN_HOME);
const server = await startIssuer(environment.COUNTERSIGN_ISSUER_PORT, {
  webUrl: `http://localhost:${environment.PORT}`,
  secrets: await readSecrets(home),
  keys: await issuerKeys(home),
});

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
