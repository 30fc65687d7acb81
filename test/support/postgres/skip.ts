import { beforeEach, inject } from 'vitest';

beforeEach(({ skip }) => {
  const postgres = inject('postgres');
  if ('absence' in postgres) skip(postgres.absence);
});
