import type { SchemaModule, Transaction } from 'kysely';
import type { ColumnTypes } from '../column-types.ts';
import type { Schema } from '../schema.ts';
import { createJobTables } from './001-jobs.ts';
import { createSettingsTables } from './002-settings.ts';
import { createProcessesTable } from './003-processes.ts';
import { createCommandGuildsTable } from './004-command-guilds.ts';
import { addOrigin } from './005-origin.ts';
import { createErasuresTable } from './006-erasures.ts';
import { createJobMessagesTable } from './007-job-messages.ts';
import { createRenderTimesTable } from './008-render-times.ts';
import { createDraftsTable } from './009-drafts.ts';
import { addStyles } from './010-styles.ts';
import { addImageColumns } from './011-images.ts';

/** Brings the schema from one version to the next; it only adds, so that the release before runs on it as well. */
export type Migration = (schema: SchemaModule, types: ColumnTypes, transaction: Transaction<Schema>) => Promise<void>;

/** In order: the first makes version 1. One that was released is never changed. */
export const MIGRATIONS: readonly Migration[] = [
  createJobTables,
  createSettingsTables,
  createProcessesTable,
  createCommandGuildsTable,
  addOrigin,
  createErasuresTable,
  createJobMessagesTable,
  createRenderTimesTable,
  createDraftsTable,
  addStyles,
  addImageColumns,
];
