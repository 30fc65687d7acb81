import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Line } from '../../src/jobs/line.ts';

interface Entry {
  id: string;
  requesterId: string;
  queuedAtMs: number;
}

const entry = (id: string, queuedAtMs = 0): Entry => ({ id, requesterId: id.charAt(0), queuedAtMs });

function lineOf(...ids: string[]): Line<Entry> {
  const line = new Line<Entry>();
  for (const id of ids) line.add(entry(id));
  return line;
}

function drain(line: Line<Entry>): string[] {
  const ids: string[] = [];
  for (let next = line.next(); next; next = line.next()) ids.push(next.id);
  return ids;
}

/** Members a to e join with their next job, or whoever is at a place leaves. */
const steps = fc.array(
  fc.oneof(
    fc.record({ join: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
    fc.record({ serve: fc.constant(true) }),
    fc.record({ leave: fc.nat(20) }),
  ),
  { maxLength: 60 },
);

function play(script: readonly object[]): Line<Entry> {
  const line = new Line<Entry>();
  let joined = 0;
  for (const step of script) {
    if ('join' in step) line.add(entry(`${step.join}${joined++}`));
    else if ('leave' in step) line.remove(line.inOrder()[Number(step.leave)]?.id ?? '');
    else line.next();
  }
  return line;
}

describe('Line', () => {
  it('serves members in turn, each one their oldest job first', () => {
    expect(drain(lineOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  it('puts a member who has been served behind those who have not', () => {
    const line = lineOf('a1', 'a2', 'b1');
    line.next();
    line.add(entry('c1'));
    expect(drain(line)).toEqual(['b1', 'a2', 'c1']);
  });

  it('keeps the order of arrival among those that come back', () => {
    const line = lineOf('a1');
    line.addFirst(entry('b1', 2));
    line.addFirst(entry('c1', 1));
    line.addFirst(entry('d1', 2));
    expect(drain(line)).toEqual(['c1', 'b1', 'd1', 'a1']);
  });

  it('serves a job that was sent back before all others', () => {
    const line = lineOf('a1', 'b1');
    line.addFirst(entry('z1'));
    expect(line.inOrder().map(({ id }) => id)).toEqual(['z1', 'a1', 'b1']);
    expect(drain(line)).toEqual(['z1', 'a1', 'b1']);
  });

  it('takes out a job that leaves, once', () => {
    const line = lineOf('a1', 'a2', 'b1');
    expect(line.remove('a1')?.id).toBe('a1');
    expect(line.remove('a1')).toBeUndefined();
    expect(drain(line)).toEqual(['a2', 'b1']);
  });

  it('shows the very order in which it then serves', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const line = play(script);
        const shown = line.inOrder().map(({ id }) => id);
        expect(line.size).toBe(shown.length);
        expect(drain(line)).toEqual(shown);
        expect(line.size).toBe(0);
      }),
    );
  });

  it('never serves a member twice while another one waits who joined before', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const order = play(script).inOrder();
        const turns = new Map<string, number>();
        for (const [index, { requesterId }] of order.entries()) {
          const waiting = new Set(order.slice(index).map((later) => later.requesterId));
          const turn = (turns.get(requesterId) ?? 0) + 1;
          turns.set(requesterId, turn);
          for (const other of waiting) expect(turn - (turns.get(other) ?? 0)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
