import { Module } from '@nestjs/common';

import { BenchmarkFilesController } from './benchmark-files.controller.js';
import { BenchmarkLearner } from './benchmark.learner.js';
import { BenchmarkRealityController } from './benchmark-reality.controller.js';
import { BenchmarkStore } from './benchmark.store.js';
import { BenchmarksController } from './benchmarks.controller.js';
import { BenchmarksService } from './benchmarks.service.js';
import { ImportBodyParser } from './import-body.parser.js';
import { RealityReader } from './reality.reader.js';
import { RealityService } from './reality.service.js';

@Module({
  controllers: [BenchmarkFilesController, BenchmarkRealityController, BenchmarksController],
  providers: [
    BenchmarkLearner,
    BenchmarkStore,
    BenchmarksService,
    ImportBodyParser,
    RealityReader,
    RealityService,
  ],
  exports: [BenchmarksService],
})
export class BenchmarksModule {}
