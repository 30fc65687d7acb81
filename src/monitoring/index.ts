export { createMetrics } from './metrics.ts';
export { Readiness } from './readiness.ts';
export { startServer } from './server.ts';
