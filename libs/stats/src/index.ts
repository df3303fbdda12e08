export {
  addToMoments,
  emptyMoments,
  meanOf,
  mergeMoments,
  sampleStdDev,
  type Moments,
} from './moments.js';
export { QuantileSketch } from './sketch.js';
export { LOW_SAMPLE, consistencyPct, reliabilityScore, successRatePct } from './rates.js';
export { wilsonInterval } from './intervals.js';
export { normalCdf } from './normal.js';
export { logRatioOfMeans, mannWhitney, twoProportionTest } from './significance.js';
export { addBuckets, bucketStarts, floorToBucket, type BucketPeriod } from './buckets.js';
export { bucketBounds, isTimeZone, lastBucketBounds } from './zoned-buckets.js';
export { medianOf, ratioOfMedians, sizeOf, type Counted } from './medians.js';
export { seededRandom } from './random.js';
export { stratifiedRankTest, stratifiedRateTest, type RateStratum } from './stratified.js';
