import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tenant of the tracker: agents, figures and alerts of one project are unseen by the others. */
@Entity({ name: 'projects', synchronize: false })
export class ProjectEntity {
  @PrimaryColumn('integer', { name: 'project_id' }) projectId!: number;
  @Column('text') slug!: string;
  @Column('text') name!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'archived_at', nullable: true }) archivedAt!: Date | null;
}
