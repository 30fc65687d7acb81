import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, serverOf } from '../../../src/jobs/queue/fair-queue.ts';

interface Entry {
  id: string;
  requesterId: string;
  guildId?: string;
  queuedAtMs: number;
}

/** Such as `Xa1`, a job of member a in server X, or `a1`, one in direct messages. */
function entry(id: string, queuedAtMs = 0): Entry {
  const [, guildId = '', requesterId = ''] = /^([A-Z]?)([a-z])/.exec(id) ?? [];
  return { id, requesterId, ...(guildId === '' ? {} : { guildId }), queuedAtMs };
}

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

/** One of the members a to c of servers X to Z, or in direct messages, adds a job, or a job is served, has to wait or is removed. */
const steps = fc.array(
  fc.oneof(
    fc.record({
      join: fc
        .tuple(fc.constantFrom('X', 'Y', 'Z', ''), fc.constantFrom('a', 'b', 'c'))
        .map(([server, member]) => server + member),
    }),
    fc.record({ serve: fc.constant(true) }),
    fc.record({ choose: fc.constant(true) }),
    fc.record({ leave: fc.nat(20) }),
  ),
  { maxLength: 60 },
);

/** Chooses the next job and puts it back, as when no permit is granted; another job joins in between. */
function chooseInVain(queue: FairQueue<Entry>, joiningId: string): void {
  const chosen = queue.next();
  queue.add(entry(joiningId));
  if (chosen) queue.putBack(chosen);
}

function play(script: readonly object[]): FairQueue<Entry> {
  const queue = new FairQueue<Entry>();
  let joined = 0;
  for (const step of script) {
    if ('join' in step) queue.add(entry(`${step.join}${joined++}`));
    else if ('leave' in step) queue.remove(queue.inOrder()[Number(step.leave)]?.id ?? '');
    else if ('choose' in step) chooseInVain(queue, `Z${'abc'[joined % 3]}${joined++}`);
    else queue.next();
  }
  return queue;
}

describe('FairQueue', () => {
  it('serves members in turns, each one’s oldest job first', () => {
    expect(drain(queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2'))).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  });

  it('serves servers in turns, and within each its members, direct messages as one server', () => {
    const queue = queueOf('Xa1', 'Xa2', 'Xa3', 'Xb1', 'a1', 'b1', 'Ya1', 'Ya2');
    expect(drain(queue)).toEqual(['Xa1', 'a1', 'Ya1', 'Xb1', 'b1', 'Ya2', 'Xa2', 'Xa3']);
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

  it('keeps the turn of a job that was chosen and has to wait', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const queue = play(script);
        const before = queue.inOrder();
        const chosen = queue.next();
        if (chosen) queue.putBack(chosen);
        expect(queue.inOrder()).toEqual(before);
        expect(queue.size).toBe(before.length);
      }),
    );
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

  it('never serves a server twice while another one waits, nor a member twice while another one of that server does', () => {
    const neverServesTwice = (order: readonly Entry[], who: (job: Entry) => string) => {
      const turns = new Map<string, number>();
      for (const [index, job] of order.entries()) {
        const turn = (turns.get(who(job)) ?? 0) + 1;
        turns.set(who(job), turn);
        for (const other of new Set(order.slice(index).map(who)))
          expect(turn - (turns.get(other) ?? 0)).toBeLessThanOrEqual(1);
      }
    };
    fc.assert(
      fc.property(steps, (script) => {
        const order = play(script).inOrder();
        neverServesTwice(order, serverOf);
        for (const server of new Set(order.map(serverOf)))
          neverServesTwice(
            order.filter((job) => serverOf(job) === server),
            ({ requesterId }) => requesterId,
          );
      }),
    );
  });

  it('puts whoever comes alone behind one request of each other server at most', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const queue = play(script);
        queue.add(entry('Na'));
        const order = queue.inOrder();
        const before = order
          .slice(
            0,
            order.findIndex(({ id }) => id === 'Na'),
          )
          .map(serverOf);
        expect(before).toHaveLength(new Set(before).size);
      }),
    );
  });
});
