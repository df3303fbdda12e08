import { Defaults1764000002000 } from './1764000002000-defaults.js';
import { Schema1764000000000 } from './1764000000000-schema.js';
import { SummaryView1764000001000 } from './1764000001000-summary-view.js';

/** All migrations, oldest first. */
export const migrations = [Schema1764000000000, SummaryView1764000001000, Defaults1764000002000];
