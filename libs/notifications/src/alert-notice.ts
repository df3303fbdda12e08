import type { NoticeAlert, NoticeTransition } from '@app/contracts';

/** What happened to an alert, to be told. */
export interface AlertNotice {
  /** Stable: the same happening has the same id whenever it is written again. */
  noticeId: string;
  projectId: number;
  /** Slug. */
  project: string;
  transition: NoticeTransition;
  /** As it was then. */
  alert: NoticeAlert;
  occurredAt: Date;
}
