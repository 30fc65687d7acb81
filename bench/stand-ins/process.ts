import { createOperations, type Operations, type StandInOptions } from './operations.ts';

/** A call of one operation by the measuring process. */
export interface Call {
  readonly id: number;
  readonly name: keyof Operations;
  readonly args: readonly unknown[];
}

export type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly problem: string });

const operations = await createOperations(JSON.parse(process.argv[2] ?? '{}') as StandInOptions);

async function answer({ id, name, args }: Call): Promise<Answer> {
  try {
    // Safe cast: the caller's types check the arguments of each operation.
    const operation = operations[name] as (...args: readonly unknown[]) => unknown;
    return { id, result: await operation(...args) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (call: Call) => {
  void answer(call).then((message) => process.send?.(message));
});
// The measuring process has ended.
process.on('disconnect', () => process.exit());
process.send?.('ready');
