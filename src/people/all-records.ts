import { drafts } from './drafts.ts';
import { erasures } from './erasures.ts';
import type { PersonRecords } from './person-records.ts';
import { requests } from './requests.ts';
import { settings } from './settings.ts';
import { usage } from './usage.ts';

/** Every part of the database that holds something of people. A new table with a person's id in it belongs in here. */
export const ALL_RECORDS: readonly PersonRecords[] = [requests, drafts, usage, settings, erasures];
