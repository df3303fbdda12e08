import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  LIMITS,
  PANEL_KINDS,
  PANEL_METRICS,
  PANEL_SPLITS,
  STORABLE_TEXT,
  WORKSPACE_LIMITS as MOST,
} from '@app/contracts';
import type {
  DashboardInput,
  DashboardPanel,
  PanelKind,
  PanelMetric,
  PanelSplit,
} from '@app/contracts';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** Of the schema of exported files. */
export const FILE_SCHEMA = 'apt-dashboard/1';

const oneOf = (values: readonly string[]): { message: string } => ({
  message: `$property must be one of: ${values.join(', ')}`,
});
// PostgreSQL has no text with U+0000 or half a surrogate pair.
const storable = { message: '$property must not hold U+0000 or half a character' };
const STORABLE = /^[^\0\ud800-\udfff]*$/u;

export class PanelDto implements DashboardPanel {
  @ApiProperty({ enum: PANEL_KINDS })
  @IsIn(PANEL_KINDS, oneOf(PANEL_KINDS))
  kind!: PanelKind;

  @ApiPropertyOptional({ maxLength: MOST.nameLength, default: '' })
  @IsOptional()
  @IsString()
  @MaxLength(MOST.nameLength)
  @Matches(STORABLE, storable)
  title: string = '';

  @ApiProperty({ enum: PANEL_METRICS, isArray: true, maxItems: MOST.panelMetrics })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST.panelMetrics)
  @ArrayUnique()
  @IsIn(PANEL_METRICS, { each: true, ...oneOf(PANEL_METRICS) })
  metrics!: PanelMetric[];

  @ApiPropertyOptional({ enum: PANEL_SPLITS, default: 'none' })
  @IsOptional()
  @IsIn(PANEL_SPLITS, oneOf(PANEL_SPLITS))
  by: PanelSplit = 'none';

  @ApiPropertyOptional({ type: [String], maxItems: LIMITS.compareAgents, default: [] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(LIMITS.compareAgents)
  @IsString({ each: true })
  @MaxLength(LIMITS.idLength, { each: true })
  @Matches(/^[^\0,\ud800-\udfff]+$/u, {
    each: true,
    message: '$property must hold ids without commas',
  })
  agentIds: string[] = [];

  @ApiPropertyOptional({ type: String, nullable: true, default: null })
  @ValidateIf((panel: PanelDto) => panel.agentType !== null)
  @IsString()
  @MaxLength(LIMITS.idLength)
  @Matches(STORABLE, storable)
  agentType: string | null = null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: 5, default: null })
  @ValidateIf((panel: PanelDto) => panel.complexity !== null)
  @IsInt()
  @Min(1)
  @Max(5)
  complexity: number | null = null;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST.columns, default: 6 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST.columns)
  width: number = 6;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST.rows, default: 3 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST.rows)
  height: number = 3;
}

export class DashboardDto implements DashboardInput {
  @ApiProperty({ maxLength: MOST.nameLength, example: 'Release 2.4 watch' })
  @IsString()
  @Matches(STORABLE_TEXT, { message: 'name must not be blank' })
  @MaxLength(MOST.nameLength)
  name!: string;

  @ApiPropertyOptional({ maxLength: MOST.descriptionLength, default: '' })
  @IsOptional()
  @IsString()
  @MaxLength(MOST.descriptionLength)
  @Matches(STORABLE, storable)
  description: string = '';

  @ApiProperty({ type: [PanelDto], maxItems: MOST.panels })
  @IsArray()
  @ArrayMaxSize(MOST.panels)
  @ValidateNested({ each: true })
  @Type(() => PanelDto)
  panels!: PanelDto[];
}

export class NewDashboardDto extends DashboardDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Chosen by the client, else made here' })
  @IsOptional()
  @IsUUID()
  id?: string;
}

export class DashboardFileDto extends DashboardDto {
  @ApiProperty({ enum: [FILE_SCHEMA] })
  @IsIn([FILE_SCHEMA], { message: `schema must be ${FILE_SCHEMA}` })
  schema!: typeof FILE_SCHEMA;
}
