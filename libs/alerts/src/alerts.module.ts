import { Module } from '@nestjs/common';
import { BenchmarksModule } from '@app/benchmarks';
import { NotificationsModule } from '@app/notifications';

import { AlertAnnouncer } from './alert.announcer.js';
import { AlertLedger } from './alert.ledger.js';
import { AlertStore } from './alert.store.js';
import { AlertUpkeep } from './alert.upkeep.js';
import { AlertsController } from './alerts.controller.js';
import { AlertsService } from './alerts.service.js';
import { BacktestController } from './backtest/backtest.controller.js';
import { BacktestService } from './backtest/backtest.service.js';
import { HistoryReader } from './backtest/history.reader.js';
import { ExecutionWatch } from './execution-watch.js';
import { HistoryController } from './history.controller.js';
import { HistoryStore } from './history.store.js';
import { RuleBook } from './rule.book.js';
import { RuleStore } from './rule.store.js';
import { RulesController } from './rules.controller.js';
import { RulesService } from './rules.service.js';
import { SilenceBook } from './silences/silence.book.js';
import { SilenceStore } from './silences/silence.store.js';
import { SilencesController } from './silences/silences.controller.js';
import { SilencesService } from './silences/silences.service.js';
import { SubjectWatch } from './subject-watch.js';
import { WatchStore } from './watch.store.js';
import { WindowJudge } from './window-judge.js';
import { WindowWatch } from './window-watch.js';

@Module({
  imports: [BenchmarksModule, NotificationsModule],
  controllers: [
    BacktestController,
    RulesController,
    SilencesController,
    HistoryController,
    AlertsController,
  ],
  providers: [
    AlertAnnouncer,
    AlertLedger,
    AlertStore,
    AlertUpkeep,
    AlertsService,
    BacktestService,
    ExecutionWatch,
    HistoryReader,
    HistoryStore,
    RuleBook,
    RuleStore,
    RulesService,
    SilenceBook,
    SilenceStore,
    SilencesService,
    SubjectWatch,
    WatchStore,
    WindowJudge,
    WindowWatch,
  ],
  exports: [AlertsService],
})
export class AlertsModule {}
