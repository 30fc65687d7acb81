import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../src/jobs/queue/fair-queue.ts';

interface Entry {
  id: string;
  requesterId: string;
  queuedAtMs: number;
}

const entry = (id: string, queuedAtMs = 0): Entry => ({ id, requesterId: id.charAt(0), queuedAtMs });

function queueOf(...ids: string[]): FairQueue<Entry> {
  const queue = new FairQueue<Entry>();
  for (const id of ids) queue.add(entry(id));
  return queue;
}

function drain(queue: FairQueue<Entry>): string[] {
  const ids: string[] = [];
  for (let next = queue.next(); next; next = queue.next()) ids.push(next.id);
  return ids;
}

/** One of the members a to e adds a job, or the job at a place is removed. */
const steps = fc.array(
  fc.oneof(
    fc.record({ join: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
    fc.record({ serve: fc.constant(true) }),
    fc.record({ leave: fc.nat(20) }),
  ),
  { maxLength: 60 },
);

function play(script: readonly object[]): FairQueue<Entry> {
  const queue = new FairQueue<Entry>();
  let joined = 0;
  for (const step of script) {
    if ('join' in step) queue.add(entry(`${step.join}${joined++}`));
    else if ('leave' in step) queue.remove(queue.inOrder()[Number(step.leave)]?.id ?? '');
    else queue.next();
  }
  return queue;
}

describe('FairQueue', () => {
  it('serves members in turns, each one’s oldest job first', () => {
    expect(drain(queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  it('puts a member who was served behind those who were not', () => {
    const queue = queueOf('a1', 'a2', 'b1');
    queue.next();
    queue.add(entry('c1'));
    expect(drain(queue)).toEqual(['b1', 'a2', 'c1']);
  });

  it('keeps the order of arrival among jobs that were sent back', () => {
    const queue = queueOf('a1');
    queue.addFirst(entry('b1', 2));
    queue.addFirst(entry('c1', 1));
    queue.addFirst(entry('d1', 2));
    expect(drain(queue)).toEqual(['c1', 'b1', 'd1', 'a1']);
  });

  it('serves a job that was sent back before all others', () => {
    const queue = queueOf('a1', 'b1');
    queue.addFirst(entry('z1'));
    expect(queue.inOrder().map(({ id }) => id)).toEqual(['z1', 'a1', 'b1']);
    expect(drain(queue)).toEqual(['z1', 'a1', 'b1']);
  });

  it('removes a job once', () => {
    const queue = queueOf('a1', 'a2', 'b1');
    expect(queue.remove('a1')?.id).toBe('a1');
    expect(queue.remove('a1')).toBeUndefined();
    expect(drain(queue)).toEqual(['a2', 'b1']);
  });

  it('shows the order in which it then serves', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const queue = play(script);
        const shown = queue.inOrder().map(({ id }) => id);
        expect(queue.size).toBe(shown.length);
        expect(drain(queue)).toEqual(shown);
        expect(queue.size).toBe(0);
      }),
    );
  });

  it('never serves a member twice while another one waits who came before', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const order = play(script).inOrder();
        const queue = new Map<string, number>();
        for (const [index, { requesterId }] of order.entries()) {
          const waiting = new Set(order.slice(index).map((later) => later.requesterId));
          const turn = (queue.get(requesterId) ?? 0) + 1;
          queue.set(requesterId, turn);
          for (const other of waiting) expect(turn - (queue.get(other) ?? 0)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
