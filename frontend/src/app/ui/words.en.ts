import { plural } from '../i18n/language';

export const uiEn = {
  loading: 'Loading',
  request: 'Request',
  retry: 'Retry',
  close: 'Close',
  cancel: 'Cancel',
  optional: 'optional',
  dismiss: 'Dismiss',
  copy: 'Copy',
  copied: 'Copied',
  nothingFits: 'Nothing fits.',
  unseen: (count: number) => plural('en', count, { other: '# more: type to narrow the list' }),
  found: (count: number) => plural('en', count, { other: '# found' }),
  outcome: {
    success: 'Succeeded',
    failure: 'Failed',
    timeout: 'Timed out',
    cancelled: 'Cancelled',
    abandoned: 'Abandoned',
    running: 'Running',
  },
  severity: { critical: 'Critical', warning: 'Warning', info: 'Info' },
  toasts: {
    list: 'Notices',
    title: 'Messages',
    none: 'Nothing was said since this page was opened.',
    mute: 'Show new alerts here only',
    clear: 'Clear',
    times: (count: string) => `${count} ×`,
    newAlerts: (count: number) =>
      plural('en', count, { one: '# new alert', other: '# new alerts' }),
    ofThem: (critical: number) => plural('en', critical, { other: '# critical' }),
    show: 'Show',
    undo: 'Undo',
  },
};
