import { Defaults1764000002000 } from './1764000002000-defaults.js';
import { Schema1764000000000 } from './1764000000000-schema.js';
import { SummaryView1764000001000 } from './1764000001000-summary-view.js';
import { Progress1764050000000 } from './1764050000000-progress.js';
import { RollupWindows1764100000000 } from './1764100000000-rollup-windows.js';
import { AlertLifeCycle1764200000000 } from './1764200000000-alert-life-cycle.js';
import { AlertHasFired1764200001000 } from './1764200001000-alert-has-fired.js';
import { Notifications1764300000000 } from './1764300000000-notifications.js';
import { BenchmarkVersions1764300001000 } from './1764300001000-benchmark-versions.js';
import { PendingAlerts1764400000000 } from './1764400000000-pending-alerts.js';
import { DirtyGroups1764450000000 } from './1764450000000-dirty-groups.js';
import { Access1764500000000 } from './1764500000000-access.js';
import { Workspace1764600000000 } from './1764600000000-workspace.js';
import { ProjectRetention1764700000000 } from './1764700000000-project-retention.js';
import { RollupChanges1764700001000 } from './1764700001000-rollup-changes.js';
import { LiveAttachments1764800000000 } from './1764800000000-live-attachments.js';
import { SystemAlerts1764900000000 } from './1764900000000-system-alerts.js';
import { PasswordReset1765010000000 } from './1765010000000-password-reset.js';
import { SystemIncidents1765020000000 } from './1765020000000-system-incidents.js';
import { LearnedBenchmarks1765200000000 } from './1765200000000-learned-benchmarks.js';
import { CoarseRollups1765300000000 } from './1765300000000-coarse-rollups.js';

/** All migrations, oldest first. */
export const migrations = [
  Schema1764000000000,
  SummaryView1764000001000,
  Defaults1764000002000,
  Progress1764050000000,
  RollupWindows1764100000000,
  AlertLifeCycle1764200000000,
  AlertHasFired1764200001000,
  Notifications1764300000000,
  BenchmarkVersions1764300001000,
  PendingAlerts1764400000000,
  DirtyGroups1764450000000,
  Access1764500000000,
  Workspace1764600000000,
  ProjectRetention1764700000000,
  RollupChanges1764700001000,
  LiveAttachments1764800000000,
  SystemAlerts1764900000000,
  PasswordReset1765010000000,
  SystemIncidents1765020000000,
  LearnedBenchmarks1765200000000,
  CoarseRollups1765300000000,
];
