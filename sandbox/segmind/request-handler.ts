import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { type FaultEffect, FaultScript } from './faults.ts';
import { imageViolation, type Violation } from './image-violation.ts';
import type { RateWindow } from './rate-window.ts';
import type { RequestRecord, SubmitRecord } from './records.ts';
import { errorResponse, type HttpResponse, htmlResponse, jsonResponse, rateLimitResponse } from './responses.ts';
import { type Route, routeOf } from './routes.ts';
import { unauthorized } from './unauthorized.ts';
import { breakConnection, readBody, send, sendImageFault } from './wire.ts';

/** Handles each request, from the check of its key to a scripted fault, and keeps the records. */
export class RequestHandler {
  readonly submits: SubmitRecord[] = [];
  readonly requests: RequestRecord[] = [];
  readonly violations: Violation[] = [];
  readonly faults = new FaultScript();
  private readonly api: Api;
  private readonly rate: RateWindow;

  constructor(api: Api, rate: RateWindow) {
    this.api = api;
    this.rate = rate;
  }

  /** @param hostsImagesOnly true on the second image host, which has no API */
  async handle(request: IncomingMessage, response: ServerResponse, hostsImagesOnly: boolean): Promise<void> {
    const { method = '', headers, url = '/' } = request;
    const { baseUrl, apiKey } = this.api.settings;
    const { pathname } = new URL(url, baseUrl);
    const record: RequestRecord = { atMs: Date.now(), method, path: pathname, headers, status: 0 };
    this.requests.push(record);
    const text = await readBody(request);
    const found = routeOf(pathname);
    const route = hostsImagesOnly && found?.target !== 'image' ? undefined : found;
    const isPublic = hostsImagesOnly || route?.target === 'image';
    const violation = isPublic ? imageViolation(url, headers, apiKey) : undefined;
    if (violation) this.violations.push(violation);
    const submit = method === 'POST' ? this.recordSubmit(route, text) : undefined;
    const respond = (whole: HttpResponse) => {
      record.status = whole.status;
      if (submit) submit.status = whole.status;
      send(response, whole);
    };
    const keyRefusal = isPublic ? undefined : this.api.refuseKey(headers);
    if (keyRefusal) return respond(keyRefusal);
    if (!route) return respond(errorResponse(404, 'Not found'));
    const refusal = this.refuse(route, method);
    if (refusal) return respond(refusal);

    const fault = this.faults.take(route.target, { body: submit?.body ?? {}, url: `${baseUrl}${pathname}` });
    if (fault && 'hang' in fault) return;
    if (fault && 'reset' in fault && fault.reset === 'before') return breakConnection(response);
    const scripted = fault && this.scriptedAnswer(fault, route);
    const isTaken = fault !== undefined && 'taken' in fault;
    if (scripted && !isTaken) return respond(scripted);
    if (fault && 'delayMs' in fault) await sleep(fault.delayMs, undefined, { ref: false });
    const whole = submit ? await this.api.post(submit, headers['content-type'], fault) : this.api.get(route, fault);
    if (fault && 'reset' in fault) return breakConnection(response);
    if (!fault || !('image' in fault)) return respond(scripted ?? whole);
    sendImageFault(response, whole, fault.image);
    record.status = response.statusCode;
  }

  private recordSubmit(route: Route | undefined, text: string): SubmitRecord | undefined {
    if (route?.target !== 'submit' && route?.target !== 'v1') return undefined;
    const body = parseObject(text);
    const version = route.target === 'v1' ? 'v1' : 'v2';
    const submit: SubmitRecord = {
      atMs: Date.now(),
      version,
      body: body ?? {},
      isObject: body !== undefined,
      status: 0,
    };
    this.submits.push(submit);
    return submit;
  }

  private refuse(route: Route, method: string): HttpResponse | undefined {
    const refusal = this.api.refuseRoute(route, method);
    if (refusal || route.method === 'GET') return refusal;
    const arrival = this.rate.arrive(Date.now());
    return arrival.admitted ? undefined : rateLimitResponse(arrival.resetAtMs);
  }

  private scriptedAnswer(fault: FaultEffect, route: Route): HttpResponse | undefined {
    const whole = wholeAnswer(fault);
    if (whole?.status === 429 && route.method === 'POST') this.rate.withdraw();
    return whole;
  }
}

function wholeAnswer(fault: FaultEffect): HttpResponse | undefined {
  if ('html' in fault) return htmlResponse(fault.html, 'Something went wrong');
  if ('rateLimit' in fault) return rateLimitResponse(Date.now() + fault.rateLimit);
  if ('unauthorized' in fault) return unauthorized(fault.unauthorized);
  if (!('respond' in fault)) return undefined;
  const { status, body = '', headers = {}, contentType } = fault.respond;
  const type = contentType ? { 'content-type': contentType } : {};
  if (typeof body !== 'string') return jsonResponse(status, body, { ...headers, ...type });
  return { status, headers: { 'content-type': 'application/json', ...headers, ...type }, body: Buffer.from(body) };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { ...value };
  } catch {
    return undefined;
  }
}
