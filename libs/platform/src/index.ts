export { CLOCK, systemClock } from './clock.js';
export type { Clock } from './clock.js';
export { ConfigError, loadConfig } from './config.js';
export type { AppConfig, AuthMode, LogLevel } from './config.js';
export { CONFIG } from './config.token.js';
export { BinaryCopyEncoder } from './binary-copy.js';
export { copyBinary } from './copy.js';
export { isEpochMs, openCursor, sealCursor } from './cursor.js';
export { BoundedClient } from './bounded-client.js';
export { LOCKS, createDataSource, migrate, withAdvisoryLock } from './database.js';
export { isDatabaseUnavailable } from './database-unavailable.js';
export { DomainError, invalidRequest } from './domain-error.js';
export { readDurability } from './durability.js';
export type { Durability } from './durability.js';
export { EventBus } from './event-bus.js';
export type { BusEvents, StoredExecution } from './event-bus.js';
export { parseIfMatch } from './if-match.js';
export type { VersionCondition } from './if-match.js';
export { PoolWatch } from './pool-watch.js';
export type { PoolReading } from './pool-watch.js';
export { PlatformModule } from './platform.module.js';
export type { PlatformOptions } from './platform.module.js';
export { ProblemFilter, asDomainError, sendProblem, validationProblem } from './problem.filter.js';
export { problemOf } from './problem.js';
export {
  DatabaseAwayError,
  checkExternalPostgres,
  runningPostgresUrl,
  startEmbeddedPostgres,
} from './postgres/index.js';
export type { EmbeddedPostgres } from './postgres/index.js';
export { sayFarewell } from './sockets/farewell.js';
export type { Closing } from './sockets/farewell.js';
export { HEARTBEAT_MS, Heartbeat } from './sockets/heartbeat.js';
export { UpgradeRouter, chooseSubprotocol } from './sockets/upgrade.router.js';
export type { Upgrade, UpgradeDoor, UpgradeGuard } from './sockets/upgrade.router.js';
export { isLoopbackName, isServedHost, isTrustedHost, isTrustedOrigin } from './trusted-origin.js';
export type { FrontDoor } from './trusted-origin.js';
export { UuidPipe } from './uuid.pipe.js';
export { APP_VERSION } from './version.js';
