import { ApiPropertyOptional } from '@nestjs/swagger';
import { ProjectQuery } from '@app/access';
import { DELIVERY_STATES, LIMITS } from '@app/contracts';
import type { DeliveryState } from '@app/contracts';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';

export class DeliveriesQuery extends ProjectQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Only deliveries to this channel' })
  @IsOptional()
  @IsUUID()
  channelId?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATES })
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  state?: DeliveryState;

  @ApiPropertyOptional({ minimum: 1, maximum: LIMITS.pageSize, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIMITS.pageSize)
  limit: number = 50;

  @ApiPropertyOptional({ description: '`page.nextCursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}
