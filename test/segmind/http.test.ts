import { expect, it } from 'vitest';
import { answerOf } from '../../src/segmind/http.ts';

const HEAD = { status: 200, header: () => undefined };

it('parses the body of an answer once, and not one that was cut', () => {
  const answer = answerOf(HEAD, { body: Buffer.from('{"status":"QUEUED"}'), isCut: false });
  expect(answer.json()).toEqual({ status: 'QUEUED' });
  expect(answer.json()).toBe(answer.json());
  expect(answerOf(HEAD, { body: Buffer.from('{}'), isCut: true }).json()).toBeUndefined();
});
