/**
 * What a credential allows. `admin` includes `operate`, which includes `read`; `ingest` stands
 * apart: whoever reports executions need not see any.
 */
export const SCOPES = ['ingest', 'read', 'operate', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What a person may do in a project: `read`, `operate` or `admin`. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Subprotocol that a WebSocket offers to hand over its key: this, then the key. */
export const KEY_SUBPROTOCOL = 'apt.key.';
/** Subprotocol to offer beside the key; it is the one that the server chooses. */
export const LIVE_SUBPROTOCOL = 'apt.v1';

/** How a socket is closed whose key or session has been revoked or has expired. */
export const REVOKED_CLOSING = { code: 1008, reason: 'credential_revoked' } as const;

export interface ApiKey {
  keyId: string;
  name: string;
  /** The start of the key up to its secret, to recognise it by. */
  prefix: string;
  scopes: Scope[];
  /** Slug of the project that it is for; null: every project. */
  project: string | null;
  createdAt: string;
  createdBy: string;
  expiresAt: string | null;
  revokedAt: string | null;
  /** To the minute. */
  lastUsedAt: string | null;
}

/** The answer to making a key, and the only time that the key itself is seen. */
export interface CreatedApiKey extends ApiKey {
  key: string;
}

export interface ApiKeyInput {
  name: string;
  scopes: Scope[];
  /** Null or absent: does not expire. */
  expiresAt?: string | null;
  /** Whether it is for every project; only for administrators of every project. */
  allProjects?: boolean;
}

/** A project as those see it who may manage it. */
export interface ProjectDetail {
  slug: string;
  name: string;
  createdAt: string;
  /** While archived it takes nothing in and is not found; its data stays. */
  archivedAt: string | null;
}

/** A project and what the one who asks may do in it. */
export interface ProjectAccess {
  slug: string;
  name: string;
  scopes: Scope[];
}

/** Who asks, and what they may do. */
export interface Session {
  /** `open`: no credential was asked for; `key`; `user`: a person who has signed in. */
  kind: 'open' | 'key' | 'user';
  /** Shown beside what they do. */
  name: string;
  /** What they may do in every project, and to projects and people themselves. */
  everywhere: Scope[];
  projects: ProjectAccess[];
  /** When they have to sign in again; null: not at all. */
  expiresAt: string | null;
}

/** Either a person's name and password, or a key. */
export interface SignIn {
  name?: string;
  password?: string;
  key?: string;
}

/** A place where somebody is signed in. */
export interface SessionPlace {
  sessionId: string;
  current: boolean;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  address: string | null;
  userAgent: string | null;
}

export interface User {
  userId: string;
  name: string;
  /** Administrator of every project. */
  administrator: boolean;
  createdAt: string;
  disabledAt: string | null;
  lastSignInAt: string | null;
  projects: { slug: string; role: Role }[];
}

/** The answer to making a link for a new password, and the only time that the token is seen. */
export interface CreatedPasswordReset {
  name: string;
  token: string;
  /** Where the person goes. */
  url: string;
  expiresAt: string;
}

/** What such a link tells the one who holds it. */
export interface PasswordResetOffer {
  name: string;
  expiresAt: string;
}

/** Somebody in a project. */
export interface Member {
  userId: string;
  name: string;
  role: Role;
  lastSignInAt: string | null;
}

export interface Invitation {
  invitationId: string;
  project: string;
  role: Role;
  /** For whom, in the words of the one who invites. */
  note: string | null;
  createdAt: string;
  createdBy: string;
  expiresAt: string;
  usedAt: string | null;
  usedBy: string | null;
}

/** The answer to inviting, and the only time that the token is seen. */
export interface CreatedInvitation extends Invitation {
  token: string;
  /** Where the invited goes. */
  url: string;
}

/** What an invitation tells the one who holds it. */
export interface InvitationOffer {
  projectName: string;
  role: Role;
  createdBy: string;
  expiresAt: string;
}

/** One change, and who made it. */
export interface AuditEntry {
  auditId: string;
  at: string;
  /** Slug; null: not of one project. */
  project: string | null;
  actorKind: 'open' | 'key' | 'user' | 'operator';
  actor: string;
  /** What was done, such as `key.create`. */
  action: string;
  /** What it was done to, such as an id. */
  subject: string | null;
  requestId: string | null;
  address: string | null;
  /** Without secrets. */
  before: unknown;
  after: unknown;
}
