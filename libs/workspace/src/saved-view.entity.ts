import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ViewPage } from '@app/contracts';

@Entity({ name: 'saved_views', synchronize: false })
export class SavedViewEntity {
  @PrimaryColumn('uuid', { name: 'view_id' }) id!: string;
  @Column('integer', { name: 'project_id' }) projectId!: number;
  @Column('text') page!: ViewPage;
  @Column('text') name!: string;
  @Column('jsonb') parameters!: Record<string, string>;
  @Column('boolean') shared!: boolean;
  @Column('boolean', { name: 'is_default' }) isDefault!: boolean;
  /** Who made it, as access knows them. */
  @Column('text') owner!: string;
  /** The name of who made it, as it was then. */
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column('integer') version!: number;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
}
