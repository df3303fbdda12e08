import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const WITHOUT_NUL = /^[^\0]*$/;
const MESSAGE = '$property must not hold a NUL character';

export class ResolveAlertDto {
  @ApiPropertyOptional({ maxLength: 1000, example: 'Rolled back to 1.4.2' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @Matches(WITHOUT_NUL, { message: MESSAGE })
  reason?: string;

  @ApiPropertyOptional({ maxLength: 200, default: 'user', example: 'maria' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  @Matches(WITHOUT_NUL, { message: MESSAGE })
  resolvedBy?: string;
}
