import { Global, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { UpgradeRouter } from '@app/platform';

import { Gatekeeper } from './guard/gatekeeper.js';
import { AccessPolicy } from './guard/policy.js';
import { RequestGuard } from './guard/request-guard.js';
import { RequestLimiter } from './guard/request.limiter.js';
import { KeyRing } from './keys/key.ring.js';
import { SessionRing } from './people/session.ring.js';
import { SessionRotation } from './people/session.rotation.js';
import { ProjectPipe } from './projects/project.decorator.js';
import { ProjectDirectory } from './projects/project.directory.js';

@Global()
@Module({
  providers: [
    AccessPolicy,
    Gatekeeper,
    KeyRing,
    ProjectDirectory,
    ProjectPipe,
    RequestGuard,
    RequestLimiter,
    SessionRing,
    SessionRotation,
  ],
  exports: [Gatekeeper, ProjectDirectory, ProjectPipe, RequestGuard],
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
