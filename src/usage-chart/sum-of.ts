/** What these used, together. */
export function sumOf(used: readonly { images: number; costUsd: number }[], key: 'images' | 'costUsd'): number {
  return used.reduce((sum, each) => sum + each[key], 0);
}
