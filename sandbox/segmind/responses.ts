/** A complete HTTP response. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  const text = Buffer.from(JSON.stringify(body));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: text };
}

/** Most errors have this shape. */
export function errorResponse(status: number, error: string, headers: Record<string, string> = {}): HttpResponse {
  return jsonResponse(status, { error }, headers);
}

export function htmlResponse(status: number, title: string): HttpResponse {
  const page = `<!doctype html>\n<html lang="en">\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n</html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(page) };
}

export function rateLimitResponse(resetAtMs: number): HttpResponse {
  return errorResponse(429, 'Too many requests. Please slow down.', {
    'x-rate-limit-reset-at-utc': new Date(resetAtMs).toISOString(),
  });
}

export function imageResponse(bytes: Buffer): HttpResponse {
  return { status: 200, headers: { 'content-type': 'image/jpeg' }, body: bytes };
}
