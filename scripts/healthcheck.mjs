/** The health check of the container: exits with 1 when the bot doesn't answer on HTTP_PORT. Without HTTP_PORT it always succeeds. */
import { get } from 'node:http';
import { readSettings } from '../dist/config.js';

// Read settings as the bot does: `docker run --env-file`, for example, leaves quotes around values.
const { HTTP_PORT: port, HTTP_HOST: host = '' } = readSettings().values;
/** A server that listens on the key can be reached at the value. */
const REACHABLE = { '0.0.0.0': '127.0.0.1', '::': '::1' };

if (port) {
  get({ host: REACHABLE[host] ?? host, port, path: '/healthz', timeout: 4_000 }, (response) => {
    process.exit(response.statusCode === 200 ? 0 : 1);
  })
    .on('timeout', () => process.exit(1))
    .on('error', () => process.exit(1));
}
