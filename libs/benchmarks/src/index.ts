export { BenchmarkEntity } from './benchmark.entity.js';
export { BenchmarksModule } from './benchmarks.module.js';
export { BenchmarksService } from './benchmarks.service.js';
