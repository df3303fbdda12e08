import type {
  CreatedPasswordReset,
  Invitation,
  Member,
  Session,
  SessionPlace,
  User,
} from '@app/contracts';

export const sessionExample: Session = {
  kind: 'user',
  name: 'maria',
  everywhere: [],
  projects: [{ slug: 'default', name: 'Default', scopes: ['operate', 'read'] }],
  expiresAt: '2026-02-07T08:00:00.000Z',
};

export const sessionPlaceExample: SessionPlace = {
  sessionId: '3f0f6f3e-6f0c-4a55-9b60-6f0d1f6f3e0b',
  current: true,
  createdAt: '2026-01-31T08:00:00.000Z',
  lastSeenAt: '2026-01-31T09:00:00.000Z',
  expiresAt: '2026-02-07T08:00:00.000Z',
  address: '10.0.0.7',
  userAgent: 'Mozilla/5.0',
};

export const userExample: User = {
  userId: '7a0f6f3e-6f0c-4a55-9b60-6f0d1f6f3e0b',
  name: 'maria',
  administrator: false,
  createdAt: '2026-01-31T08:00:00.000Z',
  disabledAt: null,
  lastSignInAt: '2026-01-31T09:00:00.000Z',
  projects: [{ slug: 'default', role: 'operator' }],
};

export const resetExample: CreatedPasswordReset = {
  name: 'maria',
  token: 'Yb3…',
  url: 'https://tracker.example.com/agent-performance/new-password#Yb3…',
  expiresAt: '2026-02-01T08:00:00.000Z',
};

export const memberExample: Member = {
  userId: userExample.userId,
  name: 'maria',
  role: 'operator',
  lastSignInAt: '2026-01-31T09:00:00.000Z',
};

export const invitationExample: Invitation = {
  invitationId: '9c0f6f3e-6f0c-4a55-9b60-6f0d1f6f3e0b',
  project: 'default',
  role: 'operator',
  note: 'Maria, on call',
  createdAt: '2026-01-31T08:00:00.000Z',
  createdBy: 'user',
  expiresAt: '2026-02-03T08:00:00.000Z',
  usedAt: null,
  usedBy: null,
};
