/** A whole HTTP answer. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = Buffer.from(JSON.stringify(body));
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: text };
}

/** The envelope of most errors. */
export function problem(status: number, error: string, headers: Record<string, string> = {}): Answer {
  return json(status, { error }, headers);
}

export function htmlPage(status: number, title: string): Answer {
  const page = `<!doctype html>\n<html lang="en">\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n</html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(page) };
}

export function tooManyRequests(resetAtMs: number): Answer {
  return problem(429, 'Too many requests. Please slow down.', {
    'x-rate-limit-reset-at-utc': new Date(resetAtMs).toISOString(),
  });
}

export function image(bytes: Buffer): Answer {
  return { status: 200, headers: { 'content-type': 'image/jpeg' }, body: bytes };
}
