/** The health check of the container: exit code 1 when the bot does not answer on HTTP_PORT; without one nothing can be asked. */
import { get } from 'node:http';
import { readSettings } from '../dist/config.js';

// As the bot reads them: `docker run --env-file` leaves quotes around values, for one.
const { HTTP_PORT: port, HTTP_HOST: host = '' } = readSettings().values;
/** An address of this machine by which a server listening on the key can be reached. */
const REACHABLE = { '0.0.0.0': '127.0.0.1', '::': '::1' };

if (port) {
  get({ host: REACHABLE[host] ?? host, port, path: '/healthz', timeout: 4_000 }, (response) => {
    process.exit(response.statusCode === 200 ? 0 : 1);
  })
    .on('timeout', () => process.exit(1))
    .on('error', () => process.exit(1));
}
