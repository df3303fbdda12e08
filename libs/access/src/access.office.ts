import { systemClock } from '@app/platform';
import type { AppConfig } from '@app/platform';
import type { DataSource } from 'typeorm';

import { AccessLedger } from './audit/access.ledger.js';
import { AuditTrail } from './audit/audit.trail.js';
import { operator } from './audit/author.js';
import { Gatekeeper } from './guard/gatekeeper.js';
import { AccessPolicy } from './guard/policy.js';
import { KeyRing } from './keys/key.ring.js';
import { KeysService } from './keys/keys.service.js';
import { PeopleService } from './people/people.service.js';
import { SessionRing } from './people/session.ring.js';
import { ProjectDirectory } from './projects/project.directory.js';
import { ProjectsService } from './projects/projects.service.js';

/** The same services as in the server, for a command at the machine itself. */
export class AccessOffice {
  /** Whose changes they are. */
  readonly author = operator('npm run admin');
  readonly directory: ProjectDirectory;
  readonly keys: KeysService;
  readonly people: PeopleService;
  readonly projects: ProjectsService;

  constructor(dataSource: DataSource, config: AppConfig) {
    const clock = systemClock;
    const policy = new AccessPolicy(config);
    const ring = new KeyRing(dataSource);
    const sessions = new SessionRing(dataSource, ring);
    this.directory = new ProjectDirectory(dataSource);
    const parts = [policy, ring, sessions, this.directory, dataSource, clock] as const;
    const trail = new AuditTrail(dataSource, clock);
    const ledger = new AccessLedger(dataSource, trail, new Gatekeeper(...parts));
    this.keys = new KeysService(dataSource, ledger, clock);
    this.people = new PeopleService(dataSource, ledger, clock);
    this.projects = new ProjectsService(dataSource, ledger, clock);
  }
}
