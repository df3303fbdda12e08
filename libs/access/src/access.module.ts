import { Global, Module } from '@nestjs/common';

import { ProjectPipe } from './project.decorator.js';
import { ProjectDirectory } from './project.directory.js';

@Global()
@Module({
  providers: [ProjectDirectory, ProjectPipe],
  exports: [ProjectDirectory, ProjectPipe],
})
export class AccessModule {}
