import type { AuditEntry, Scope, Session } from '@app/contracts';

import { withIncluded } from './scopes.js';

export interface PrincipalFacts {
  kind: Session['kind'];
  /** Of the key or the person; null where nobody was asked. */
  id: string | null;
  /** What it is shown by: the id of the key or of the session. */
  credential: string | null;
  name: string;
  everywhere: readonly Scope[];
  /** By project id. */
  projects?: ReadonlyMap<number, readonly Scope[]>;
  expiresAtMs?: number | null;
}

/** Who did something, as it is written down. */
export interface Actor {
  kind: AuditEntry['actorKind'];
  id: string | null;
  name: string;
}

/** Who asks, and what they may do. Never changes: other rights make another principal. */
export class Principal implements Actor {
  readonly kind: Session['kind'];
  readonly id: string | null;
  readonly credential: string | null;
  readonly name: string;
  readonly expiresAtMs: number | null;
  private readonly everywhere: ReadonlySet<Scope>;
  private readonly projects: ReadonlyMap<number, ReadonlySet<Scope>>;
  private readonly rights: string;

  constructor(private readonly facts: PrincipalFacts) {
    this.kind = facts.kind;
    this.id = facts.id;
    this.credential = facts.credential;
    this.name = facts.name;
    this.expiresAtMs = facts.expiresAtMs ?? null;
    this.everywhere = withIncluded(facts.everywhere);
    const projects = [...(facts.projects ?? [])].sort(([a], [b]) => a - b);
    this.projects = new Map(projects.map(([id, scopes]) => [id, withIncluded(scopes)]));
    this.rights = JSON.stringify([facts.kind, facts.id, [...facts.everywhere].sort(), projects]);
  }

  may(projectId: number, scope: Scope): boolean {
    return this.everywhere.has(scope) || this.projects.get(projectId)?.has(scope) === true;
  }

  /** Whether it may do so in every project, those to come included. */
  mayEverywhere(scope: Scope): boolean {
    return this.everywhere.has(scope);
  }

  /** Whether the project exists for it at all. */
  knows(projectId: number): boolean {
    return this.everywhere.size > 0 || this.projects.has(projectId);
  }

  /** The one project that it knows, which need not be named then. */
  get onlyProjectId(): number | null {
    if (this.everywhere.size > 0 || this.projects.size !== 1) return null;
    return this.projects.keys().next().value ?? null;
  }

  scopesIn(projectId: number): Scope[] {
    return [...new Set([...this.everywhere, ...(this.projects.get(projectId) ?? [])])];
  }

  get scopesEverywhere(): Scope[] {
    return [...this.everywhere];
  }

  /** The same one, signed in. */
  underSession(sessionId: string, expiresAtMs: number): Principal {
    const until = Math.min(expiresAtMs, this.expiresAtMs ?? Infinity);
    return new Principal({ ...this.facts, credential: sessionId, expiresAtMs: until });
  }

  hasExpired(nowMs: number): boolean {
    return this.expiresAtMs !== null && this.expiresAtMs <= nowMs;
  }

  /** Whether it is the same one with the same rights. */
  equals(other: Principal | null): boolean {
    return other !== null && (other === this || other.rights === this.rights);
  }
}

/** Whoever asks where nobody is asked for a credential. */
export const OPEN_PRINCIPAL = new Principal({
  kind: 'open',
  id: null,
  credential: null,
  name: 'user',
  everywhere: ['admin', 'ingest'],
});
