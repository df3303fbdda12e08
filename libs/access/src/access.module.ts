import { Global, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { UpgradeRouter } from '@app/platform';

import { AccessLedger } from './audit/access.ledger.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditHook } from './audit/audit.hook.js';
import { AuditReader } from './audit/audit.reader.js';
import { AuditTrail } from './audit/audit.trail.js';
import { Gatekeeper } from './guard/gatekeeper.js';
import { AccessPolicy } from './guard/policy.js';
import { RequestGuard } from './guard/request-guard.js';
import { RequestLimiter } from './guard/request.limiter.js';
import { KeyRing } from './keys/key.ring.js';
import { KeysController } from './keys/keys.controller.js';
import { KeysService } from './keys/keys.service.js';
import { AuthController } from './people/auth.controller.js';
import { InvitationsService } from './people/invitations.service.js';
import { MembersController } from './people/members.controller.js';
import { PeopleService } from './people/people.service.js';
import { ResetController } from './people/reset.controller.js';
import { ResetsService } from './people/resets.service.js';
import { SessionIssuer } from './people/session.issuer.js';
import { SessionRing } from './people/session.ring.js';
import { SessionRotation } from './people/session.rotation.js';
import { SessionsService } from './people/sessions.service.js';
import { SignInGuard } from './people/sign-in.guard.js';
import { UsersController } from './people/users.controller.js';
import { ProjectPipe } from './projects/project.decorator.js';
import { ProjectDirectory } from './projects/project.directory.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsService } from './projects/projects.service.js';

const services = [
  AccessLedger,
  AccessPolicy,
  AuditHook,
  AuditReader,
  AuditTrail,
  Gatekeeper,
  InvitationsService,
  KeyRing,
  KeysService,
  PeopleService,
  ProjectDirectory,
  ProjectPipe,
  ProjectsService,
  RequestGuard,
  RequestLimiter,
  ResetsService,
  SessionIssuer,
  SessionRing,
  SessionRotation,
  SessionsService,
  SignInGuard,
];

@Global()
@Module({
  controllers: [
    AuditController,
    AuthController,
    KeysController,
    MembersController,
    ProjectsController,
    ResetController,
    UsersController,
  ],
  providers: services,
  exports: [
    AccessPolicy,
    AuditHook,
    AuditTrail,
    Gatekeeper,
    KeysService,
    PeopleService,
    ProjectDirectory,
    ProjectPipe,
    ProjectsService,
    RequestGuard,
  ],
})
export class AccessModule implements OnModuleInit {
  constructor(
    private readonly upgrades: UpgradeRouter,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  onModuleInit(): void {
    this.upgrades.guardWith(this.gatekeeper);
  }
}
