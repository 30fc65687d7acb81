import { errorResponse, type HttpResponse, jsonResponse } from './responses.ts';

const MISSING = 'Missing Authorization or x-api-key in header';
const REJECTED = 'Unauthorized. API key is invalid or may have expired. Please check your API key.';

/** The forms of a 401: no key, or a rejected key, as a plain text or with a code. */
export type UnauthorizedForm = 'missing' | 'text' | 'code';

export function unauthorized(form: UnauthorizedForm): HttpResponse {
  switch (form) {
    case 'missing':
      return errorResponse(401, MISSING);
    case 'text':
      return errorResponse(401, REJECTED);
    case 'code':
      return jsonResponse(401, { error: 'unauthorized', error_description: REJECTED, status_code: 401 });
    default:
      return form satisfies never;
  }
}
