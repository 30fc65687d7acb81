import { describe, expect, it } from 'vitest';
import { classifyRefusal, type RefusalTopic } from '../../src/segmind/classify-refusal.ts';

describe('a 406', () => {
  it.each([
    ['Insufficient credits. You have 0.0 credits.', 'credits'],
    ['Insufficient credits', 'credits'],
    ['You have 0.004 credits', 'credits'],
    ["You don't have enough credits to run this model", 'credits'],
    ['Not enough balance. Please add more credits', 'credits'],
    ['Your credit balance is too low', 'credits'],
    ['Your account has run out of credits', 'credits'],
    ['Account balance below the price of the model', 'credits'],
    ['Team spend limit reached', 'spend_limit'],
    ['Spending limit of 10 credits exceeded', 'spend_limit'],
    ['spend_limit_exceeded', 'spend_limit'],
    ['The monthly budget of your team is used up', 'spend_limit'],
    ['Invalid content type', 'content_type'],
    ['Content-Type must be application/json', 'content_type'],
    ['Invalid value for scheduler: DPM3', 'parameter'],
    ['img_width must be at most 2048 (limit exceeded)', 'parameter'],
    ['Value error: samples must be less than or equal to 4', 'parameter'],
    ['prompt "a man with no credits and an insufficient balance" is not allowed', 'parameter'],
    ["prompt 'insufficient credits' was blocked", 'parameter'],
    ['Your balance of 0 credits does not cover the 0.0103 that this needs.', 'credits'],
    ['Not Acceptable', 'unclear'],
    ['', 'unclear'],
  ] as [string, RefusalTopic][])('that says %j is about: %s', (text, refusal) => {
    expect(classifyRefusal(406, text, true)).toBe(refusal);
  });
});

describe('a 402', () => {
  it.each([
    ['Payment required', 'credits'],
    ['', 'credits'],
    ['Spend limit reached', 'spend_limit'],
  ] as [string, RefusalTopic][])('that says %j is about: %s', (text, refusal) => {
    expect(classifyRefusal(402, text, true)).toBe(refusal);
  });
});

describe('a refusal that is not Segmind’s JSON', () => {
  it.each([
    [406, 'Not Acceptable: Not enough credits', 'credits'],
    [406, 'Invalid value for scheduler', 'unclear'],
    [406, 'The budget of this gateway is used up', 'unclear'],
    [406, '', 'unclear'],
    [402, 'Insufficient credits', 'credits'],
    [402, 'Payment required', 'unclear'],
    [402, '', 'unclear'],
  ] as [402 | 406, string, RefusalTopic][])('with %d that says %j is about: %s', (status, text, refusal) => {
    expect(classifyRefusal(status, text, false)).toBe(refusal);
  });
});
