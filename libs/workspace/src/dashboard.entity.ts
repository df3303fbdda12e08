import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DashboardPanel } from '@app/contracts';

@Entity({ name: 'dashboards', synchronize: false })
export class DashboardEntity {
  @PrimaryColumn('uuid', { name: 'dashboard_id' }) id!: string;
  @Column('integer', { name: 'project_id' }) projectId!: number;
  @Column('text') name!: string;
  @Column('text') description!: string;
  @Column('jsonb') panels!: DashboardPanel[];
  @Column('integer') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('text', { name: 'updated_by' }) updatedBy!: string;
}
