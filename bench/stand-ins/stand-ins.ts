import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Operations, StandInOptions } from './operations.ts';
import type { Answer, Call } from './process.ts';

const PROCESS = fileURLToPath(new URL('process.ts', import.meta.url));

/** The operations, called in another process. */
export type StandIns = {
  readonly [Name in keyof Operations]: (
    ...args: Parameters<Operations[Name]>
  ) => Promise<Awaited<ReturnType<Operations[Name]>>>;
};

/**
 * Starts the stand-ins of Discord and Segmind in a process of their own, so that their work delays neither the measured process
 * nor the measuring one. Each call rejects when its operation throws, or the process ends.
 */
export async function startStandIns(options: StandInOptions = {}): Promise<StandIns> {
  const child = fork(PROCESS, [JSON.stringify(options)], {
    execArgv: ['--import', 'tsx'],
    // JSON has no Infinity, which stands for a missing acknowledgement.
    serialization: 'advanced',
  });
  const exited = once(child, 'exit').then(() => Promise.reject(new Error('The stand-ins ended.')));
  exited.catch(() => {});
  await Promise.race([once(child, 'message'), exited]);

  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));
  let lastId = 0;
  async function call(name: Call['name'], args: readonly unknown[]): Promise<unknown> {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    child.send({ id, name, args } satisfies Call);
    const answer = await Promise.race([answered, exited]);
    waiting.delete(id);
    if ('problem' in answer) throw new Error(`The stand-ins failed: ${answer.problem}`);
    if (name === 'close') child.disconnect();
    return answer.result;
  }
  // Safe cast: each property is a function that calls the operation of its name.
  return new Proxy(
    {},
    {
      get: (_, name: Call['name'] | 'then') =>
        // A proxy that is awaited is asked whether it is a promise.
        name === 'then' ? undefined : (...args: readonly unknown[]) => call(name, args),
    },
  ) as StandIns;
}
