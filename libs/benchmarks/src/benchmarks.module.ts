import { Module } from '@nestjs/common';

import { BenchmarkLearner } from './benchmark.learner.js';
import { BenchmarkStore } from './benchmark.store.js';
import { BenchmarksController } from './benchmarks.controller.js';
import { BenchmarksService } from './benchmarks.service.js';

@Module({
  controllers: [BenchmarksController],
  providers: [BenchmarkStore, BenchmarksService, BenchmarkLearner],
  exports: [BenchmarksService],
})
export class BenchmarksModule {}
