import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The registry: gives each (project, agent id) the integer that the hot tables carry. */
@Entity({ name: 'agents', synchronize: false })
export class AgentEntity {
  @PrimaryColumn('integer', { name: 'agent_key' }) agentKey!: number;
  @Column('integer', { name: 'project_id' }) projectId!: number;
  @Column('text', { name: 'agent_id' }) agentId!: string;
  @Column('text', { name: 'agent_name' }) agentName!: string;
  @Column('text', { name: 'agent_type' }) agentType!: string;
  @Column('text', { name: 'agent_version', nullable: true }) agentVersion!: string | null;
  @Column('timestamptz', { name: 'first_seen_at' }) firstSeenAt!: Date;
  @Column('timestamptz', { name: 'last_seen_at' }) lastSeenAt!: Date;
}
