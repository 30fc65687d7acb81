import { parentPort, workerData } from 'node:worker_threads';
import { drawUsageChart } from './draw-usage-chart.ts';

parentPort?.postMessage(drawUsageChart(workerData));
